import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CamelCasePlugin, Kysely, sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { createPostgresDatabase, databaseKinds } from '../../testing/index.ts';
import { createPostgresDialect, createPostgresPool } from '../dialects/postgres.ts';
import { NodeSqliteDialect } from '../dialects/sqlite.ts';
import { up as initial } from './0001-initial.ts';
import { up as administrators } from './0006-administrators.ts';
import { up as devices } from './0007-devices.ts';

describe.each(databaseKinds)('a database of before on %s', (kind) => {
  const undo = new AsyncDisposableStack();
  afterEach(() => undo.disposeAsync());

  async function open(): Promise<Kysely<unknown>> {
    if (kind === 'postgres') {
      const pool = createPostgresPool(await createPostgresDatabase(), () => undefined);
      return new Kysely<unknown>({
        dialect: createPostgresDialect(pool),
        plugins: [new CamelCasePlugin()],
      });
    }
    const folder = await mkdtemp(join(tmpdir(), 'carrel-migration-'));
    undo.defer(() => rm(folder, { recursive: true }));
    const dialect = new NodeSqliteDialect(join(folder, 'test.sqlite'));
    return new Kysely<unknown>({ dialect, plugins: [new CamelCasePlugin()] });
  }

  it('keeps who was administrator, and finds its devices by name', async () => {
    const db = await open();
    undo.defer(() => db.destroy());
    await initial(db);
    const user = (id: string, roles: string) => sql`
      insert into users (id, user_name, user_name_key, display_name, search_key, source, password_hash,
        roles_json, is_disabled, failed_sign_ins, created_at)
      values (${id}, ${id}, ${id}, ${id}, ${id}, 'built-in', '', ${roles}, 0, 0, 5)`;
    await user('admin', '["administrator","auditor"]').execute(db);
    await user('plain', '[]').execute(db);
    await sql`
      insert into devices (id, state, signing_key, sealing_key, token_hash, inventory_json, workspaces_json,
        enrolled_at, acknowledged_sequence)
      values ('d1', 'active', 'a', 'b', 'c', '{"hostName":"Desk-ÄÖ"}', '[]', 1, 0)`.execute(db);
    await administrators(db);
    await devices(db);
    const grants = await sql`select * from role_grants order by role_id`.execute(db);
    expect(grants.rows).toMatchObject([
      { principalKind: 'user', principalId: 'admin', roleId: 'administrator', isOverAll: 1, createdAt: 5 },
      { principalKind: 'user', principalId: 'admin', roleId: 'auditor', isOverAll: 1, createdAt: 5 },
    ]);
    const found = await sql`select * from devices`.execute(db);
    expect(found.rows[0]).toMatchObject({
      hostNameKey: 'desk-äö',
      searchKey: 'desk-äö',
      tagsJson: '[]',
      notes: '',
      name: null,
    });
  });
});

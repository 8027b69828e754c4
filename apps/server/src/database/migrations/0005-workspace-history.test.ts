import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostgresDatabase, databaseKinds, silentLog } from '../../testing/index.ts';
import { type DatabaseLocation, openDatabase } from '../index.ts';

describe.each(databaseKinds)('workspaces made before their history had assignments, on %s', (kind) => {
  let folder: string;
  let location: DatabaseLocation;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'carrel-migration-'));
    location =
      kind === 'sqlite'
        ? { kind, path: join(folder, 'old.sqlite') }
        : { kind, connectionString: await createPostgresDatabase() };
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are found by what they say, and begin with assignments of the first revision', async () => {
    const old = { begin: () => Promise.resolve(), upTo: '0004-api-tokens' };
    {
      await using database = await openDatabase(location, silentLog, old);
      const run = (text: string) => sql.raw(text).execute(database.queries);
      await run("insert into images (id, name, description, created_at) values ('i', 'tiny', '', 1)");
      await run(
        `insert into workspaces (id, name, name_key, description, image_id, channel, policy_json, updated_by, revision, updated_at)
         values ('w', 'Books', 'books', 'Quarterly FIGURES', 'i', 'production', '{}', 'admin', 1, 1)`,
      );
      await run(
        `insert into workspace_revisions (workspace_id, content_json, updated_by, revision, updated_at)
         values ('w', '{}', 'admin', 1, 1)`,
      );
    }
    await using database = await openDatabase(location, silentLog);
    const workspace = await database.queries.selectFrom('workspaces').selectAll().executeTakeFirstOrThrow();
    expect(workspace).toMatchObject({ searchKey: 'books quarterly figures', assignmentsRevision: 1 });
    const revision = await database.queries
      .selectFrom('workspaceRevisions')
      .select('originJson')
      .executeTakeFirstOrThrow();
    expect(JSON.parse(revision.originJson)).toEqual({ kind: 'edited' });
  });
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addPerson, publishTiny } from './support/fixtures.ts';
import { createInstance, type Instance } from './support/instance.ts';

// How an administrator works with workspaces from the command line: what is asked, what is told, what is kept.

let instance: Instance;

beforeAll(async () => {
  instance = await createInstance();
  await publishTiny(instance, 1);
  for (const userName of ['ada', 'bob']) {
    await addPerson(instance, { userName, password: 'a password for tests', role: 'read-only' });
  }
  await instance.run('group', 'add', 'Accountants');
  await instance.run('group', 'add-members', 'Accountants', '--user', 'ada');
});
afterAll(() => instance[Symbol.asyncDispose]());

const linesOf = (text: string): string[] => text.trimEnd().split('\n');

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(instance.folder, name);
  await writeFile(path, text);
  return path;
}

describe('workspaces from the command line', () => {
  it('are made from a file after a dry run that says for whom, and only then', async () => {
    const file = await fileOf(
      'books.yaml',
      'name: Books\nimage: tiny\npolicy: { virtualMachine: { cpus: 2 } }\nassignments: [{ group: Accountants }]\n---\nname: Sales\nimage: tiny\nchannel: pilot\n',
    );
    const shown = await instance.run('workspace', 'apply', '-f', file, '--dry-run');
    expect(linesOf(shown)).toEqual([
      'would: Books: created',
      'would:   granted to group Accountants',
      'would: Sales: created',
      'would:   Its channel points at no published version: nobody can start it yet.',
      'would: Something changes for 1 user (ada):',
      'would:   Books: gained by 1 user (ada)',
    ]);
    expect(await instance.run('workspace', 'list', '--json')).toBe('');
    await instance.run('workspace', 'apply', '-f', file);
    const again = await instance.run('workspace', 'apply', '-f', file);
    expect(again).toContain('Everything is as the document says already.');
    expect(await instance.run('workspace', 'list', '--search', 'SALE')).toMatch(
      /^WORKSPACE.*\nSales +pilot/u,
    );
    expect(await instance.run('workspace', 'list', '--group', 'Accountants')).toMatch(/\nBooks /u);
  });

  it('take every setting of a grant, and keep those that are not given', async () => {
    await instance.run(
      ...[
        'workspace',
        'assign',
        'Books',
        '--user',
        'bob',
        '--offline-limit',
        '2d',
        '--expires',
        '2031-12-31',
      ],
      ...['--time-zone', 'Europe/Berlin', '--delete-when', 'disabled,offline', '--clipboard', 'to-workspace'],
      ...['--file-transfer', 'to-host', '--to-host-extensions', 'docx,.PDF', '--to-host-command', 'scan'],
      ...['--printing', 'no', '--optical-drive', 'yes'],
    );
    const made = JSON.parse(
      await instance.run('workspace', 'assign', 'Books', '--user', 'bob', '--offline-limit', '12h', '--json'),
    ) as unknown;
    expect(made).toMatchObject({
      effect: 'allow',
      settings: {
        expiresOn: '2031-12-31',
        timeZone: 'Europe/Berlin',
        offlineLimitHours: 12,
        deletion: { whenDisabled: true, whenExpired: false, whenOfflineTooLong: true },
        clipboard: 'to-workspace',
        fileTransfer: {
          toWorkspace: { isAllowed: false },
          toHost: { isAllowed: true, command: 'scan', extensions: ['docx', 'pdf'] },
        },
        isPrintingAllowed: false,
        isOpticalDriveAllowed: true,
      },
    });
    const shown = await instance.run(
      ...['workspace', 'assign', 'Books', '--user', 'bob', '--offline-limit', 'unlimited', '--dry-run'],
    );
    expect(linesOf(shown)).toEqual([
      'Something changes for 1 user (bob):',
      '  Books: offlineLimitSeconds 12 h → unlimited for 1 user (bob)',
    ]);
    const wide = await instance.run(
      ...['workspace', 'assign', 'Books', '--user', 'bob', '--expires', 'never'],
      ...['--to-host-extensions', 'all', '--to-host-command', '', '--dry-run', '--json'],
    );
    const settings = z
      .object({
        workspaces: z.array(
          z.object({ settings: z.array(z.object({ setting: z.string(), after: z.unknown() })) }),
        ),
      })
      .parse(JSON.parse(wide)).workspaces[0]?.settings;
    expect(settings?.toSorted((a, b) => (a.setting < b.setting ? -1 : 1))).toEqual([
      { setting: 'fileTransfer.toHost.command', after: null },
      { setting: 'fileTransfer.toHost.extensions', after: null },
      { setting: 'validUntil', after: null },
    ]);
    const denied = await instance.run('workspace', 'assign', 'Books', '--user', 'ada', '--deny', '--dry-run');
    expect(denied).toContain('Books: lost by 1 user (ada)');
    const wrong = await instance.try('workspace', 'assign', 'Books', '--user', 'bob', '--offline-limit', '7');
    expect(wrong).toMatchObject({ code: 2 });
  });

  it('explain who may use what, through which groups', async () => {
    const text = await instance.run('policy', 'explain', '--user', 'ada', '--workspace', 'Books');
    expect(text).toContain('Books: granted');
    expect(text).toContain('granted to group Accountants');
    expect(text).toContain('offlineLimitSeconds: 7 d  [group Accountants]');
    const preview = await instance.run(
      ...['policy', 'preview', 'group', 'Accountants', '--remove-user', 'ada', '--add-user', 'bob'],
    );
    expect(preview).toContain('Books: lost by 1 user (ada)');
    expect(preview).toContain('Books: offlineLimitSeconds 12 h → 7 d for 1 user (bob)');
  });

  it('remember what they were, compare and go back', async () => {
    const exported = join(instance.folder, 'books-changed.yaml');
    await instance.run('workspace', 'export', 'Books', '-o', exported);
    const changed = (await readFile(exported, 'utf8')).replace('cpus: 2', 'cpus: 3');
    await writeFile(exported, changed);
    const silent = await instance.try('workspace', 'import', exported);
    expect(silent.code).toBe(2);
    expect(silent.stdout).toContain('Virtual machine: cpus 2 → 3');
    expect(silent.stderr).toContain('--yes');
    await instance.run('workspace', 'import', exported, '--yes');
    expect(linesOf(await instance.run('workspace', 'diff', 'Books'))).toEqual([
      'Virtual machine: cpus 2 → 3',
    ]);
    expect(await instance.run('workspace', 'restore', 'Books', '1', '--dry-run')).toContain(
      'Books: 1 field become others for 2 users (ada, bob)',
    );
    await instance.run('workspace', 'restore', 'Books', '1');
    const history = z
      .array(z.looseObject({ kind: z.string(), summary: z.string() }))
      .parse(
        linesOf(await instance.run('workspace', 'history', 'Books', '--json')).map(
          (line) => JSON.parse(line) as unknown,
        ),
      );
    expect(history.map((entry) => entry.summary)).toEqual([
      'Revision 1 restored: Virtual machine: cpus 3 → 2',
      'Imported: Virtual machine: cpus 2 → 3',
      expect.stringContaining('changed for user bob') as string,
      expect.stringContaining('granted to user bob') as string,
      'granted to group Accountants',
      'Made by an import',
    ]);
  });

  it('are copied under the next free name, and deleted by name', async () => {
    const copy = await instance.run('workspace', 'clone', 'Books', '--with-assignments', '--json');
    expect(JSON.parse(copy)).toMatchObject({ name: 'Books - 2', revision: 1 });
    expect(await instance.run('workspace', 'delete', 'Books - 2', '--dry-run')).toContain(
      'Books - 2: lost by 2 users (ada, bob)',
    );
    await instance.run('workspace', 'delete', 'Books - 2', '--confirm', 'Books - 2');
    await instance.run('workspace', 'unassign', 'Books', '--user', 'bob');
    expect((await instance.try('workspace', 'unassign', 'Books', '--user', 'bob')).code).toBe(3);
  });

  it('say everything that is wrong with a file, by tab and field, and every unknown name at once', async () => {
    const wrong = await fileOf(
      'wrong.yaml',
      'name: Wrong\nimage: tiny\npolicy: { virtualMachine: { cpus: 0 }, web: { listed: nowhere } }\n',
    );
    const invalid = await instance.try('workspace', 'apply', '-f', wrong);
    expect(invalid.code).toBe(2);
    expect(invalid.stderr).toContain('Wrong, tab Virtual machine, field cpus:');
    expect(invalid.stderr).toContain('Wrong, tab Web, field listed:');
    const unknown = await fileOf(
      'unknown.json',
      JSON.stringify({
        name: 'Unknown',
        image: 'no-image',
        assignments: [{ user: 'noone' }, { group: 'Nowhere' }],
      }),
    );
    const refused = await instance.try('workspace', 'apply', '-f', unknown);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('images no-image; users noone; groups Nowhere');
    expect((await instance.try('workspace', 'show', 'Unknown')).code).toBe(3);
  });
});

describe('versions that nobody uses any more', () => {
  const receiptOf = (text: string): unknown => JSON.parse(text.trim().split('\n').at(-1) ?? '');

  it('are retired, and leave the repository of the server with their tags and bytes', async () => {
    await publishTiny(instance, 2);
    const collect = ['image', 'gc', 'server:', '--grace', '0s', '--json'];
    expect(receiptOf(await instance.run(...collect, '--dry-run'))).toMatchObject({ manifestCount: 0 });
    await instance.run('image', 'retire', 'tiny', '1');
    const plan = receiptOf(await instance.run(...collect, '--dry-run'));
    expect(plan).toMatchObject({ manifestCount: 1 });
    await instance.run(...collect);
    expect(receiptOf(await instance.run(...collect, '--dry-run'))).toEqual({
      manifestCount: 0,
      blobCount: 0,
      sizeBytes: 0,
    });
    expect(await instance.try('image', 'verify', `${instance.url}/tiny:1`)).toMatchObject({ code: 3 });
    await instance.run('image', 'verify', `${instance.url}/tiny:2`);
  });
});

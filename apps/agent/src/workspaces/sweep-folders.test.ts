import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createId } from '@carrel/kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sweepFolders, sweepWorkspace } from './sweep-folders.ts';
import { workspaceFiles } from './workspace-files.ts';
import type { BaseRecord, WorkspaceRecord } from './workspace-record.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'carrel-sweep-'));
});
afterEach(() => rm(parent, { recursive: true }));

const newFiles = (seed: number) =>
  workspaceFiles(parent, {
    workspaceId: createId<'workspace'>(1, new Uint8Array(10).fill(seed)),
    userId: createId<'user'>(1, new Uint8Array(10).fill(seed)),
  });

it('removes halves, dead sockets and unknown copies from a workspace, and nothing that is in use', async () => {
  const files = newFiles(1);
  const [known, unknown] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`];
  await mkdir(files.guestFolder, { recursive: true });
  const kept = [
    files.base(known),
    files.overlay('b'),
    files.imageSocket,
    join(files.guestFolder, 'monitor.sock'),
  ];
  const gone = [
    files.base(unknown),
    `${files.base(known)}.new`,
    files.overlay('a'),
    `${files.overlay('b')}.new`,
    join(files.guestFolder, 'export-0123456789ab.sock'),
    join(files.guestFolder, 'export-0123456789ab-monitor.sock'),
  ];
  for (const path of [...kept, ...gone]) await writeFile(path, '');
  const bases = [{ source: { manifestDigest: known } } as BaseRecord];
  await sweepWorkspace(files, { bases, overlayDisk: 'b', previous: null } as unknown as WorkspaceRecord);
  const left = await readdir(files.guestFolder);
  expect(left.map((name) => join(files.guestFolder, name)).toSorted()).toEqual(kept.toSorted());
});

it('removes folders of workspaces that are not known, unless a machine may run there', async () => {
  const [known, unknown, running] = [newFiles(1), newFiles(2), newFiles(3)];
  for (const { guestFolder } of [known, unknown, running]) await mkdir(guestFolder, { recursive: true });
  await writeFile(join(running.folder, 'machine.json'), '{}');
  await writeFile(join(parent, 'notes of the administrator'), '');
  await sweepFolders(parent, [known.folder]);
  const left = (await readdir(parent)).map((name) => join(parent, name));
  expect(left.toSorted()).toEqual(
    [known.folder, running.folder, join(parent, 'notes of the administrator')].toSorted(),
  );
});

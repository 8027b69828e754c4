import { spawnSync } from 'node:child_process';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { makePrivateFolder } from './private-folder.ts';

describe('a private folder', () => {
  it('is entered by nobody else, and takes away what killed processes left', async () => {
    await using base = await temporaryFolder();
    const { pid: ended } = spawnSync(process.execPath, ['--version']);
    const left = join(base.path, `carrel-source-${ended}-aBc123`);
    await mkdir(left);
    await writeFile(join(left, 's'), '');
    const others = [`carrel-source-${process.pid}-aBc123`, 'carrel-source-notes'];
    for (const name of others) await mkdir(join(base.path, name));
    const made = await makePrivateFolder(base.path);
    expect(((await stat(made)).mode & 0o777).toString(8)).toBe('700');
    expect((await readdir(base.path)).toSorted()).toEqual([...others, basename(made)].toSorted());
  });
});

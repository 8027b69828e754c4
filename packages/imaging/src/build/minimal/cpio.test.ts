import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { FileTree, folder, symlink, textFile } from '../tree/file-tree.ts';
import { writeCpio } from './cpio.ts';

describe('writeCpio', () => {
  const tree = new FileTree();
  tree.add('/a/b.txt', textFile('seven b', 0o640, 1_000_000_000));
  tree.add('/init', textFile('#!/bin/sh\n', 0o755, 1_000_000_000));
  tree.add('/link', symlink('a/b.txt', 1_000_000_000));
  tree.add('/proc', folder(0o555, 1_000_000_000));

  it('is read by cpio as what was put in', async () => {
    const input = await writeCpio(tree);
    const options = { input, env: { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' } };
    const listing = execFileSync('cpio', ['-itv', '--numeric-uid-gid', '--quiet'], options).toString();
    const lines = listing
      .trim()
      .split('\n')
      .map((line) => line.replaceAll(/ +/g, ' '));
    expect(lines).toEqual([
      'drwxr-xr-x 1 0 0 0 Sep 9 2001 a',
      '-rw-r----- 1 0 0 7 Sep 9 2001 a/b.txt',
      '-rwxr-xr-x 1 0 0 10 Sep 9 2001 init',
      'lrwxrwxrwx 1 0 0 7 Sep 9 2001 link -> a/b.txt',
      'dr-xr-xr-x 1 0 0 0 Sep 9 2001 proc',
    ]);
    const content = execFileSync('cpio', ['-i', '--to-stdout', '--quiet', 'a/b.txt'], options);
    expect(content.toString()).toBe('seven b');
  });

  it('gives equal bytes for equal trees', async () => {
    expect(await writeCpio(tree)).toEqual(await writeCpio(tree));
  });
});

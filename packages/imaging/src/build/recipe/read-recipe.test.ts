import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAppError } from '@carrel/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRecipe, readRecipe } from './read-recipe.ts';

const valid = `
name: test
mode: minimal
size: 64MiB
kernel: { package: linux-image-cloud-amd64, modules: [virtio_blk] }
packages: [busybox-static]
`;

function reasonOf(text: string): string {
  try {
    parseRecipe(text, 'r.yaml');
  } catch (error) {
    if (isAppError(error, 'RECIPE_INVALID')) return error.details.reason as string;
    throw error;
  }
  return 'valid';
}

describe('parseRecipe', () => {
  it('fills in what a recipe leaves out', () => {
    expect(parseRecipe(valid, 'r.yaml')).toMatchObject({
      size: 64 * 1024 ** 2,
      hostName: 'carrel',
      boot: { firmware: ['bios', 'uefi'], commandLine: 'quiet' },
      packages: [{ name: 'busybox-static', include: undefined }],
      machine: { firmware: 'bios', diskBus: 'virtio' },
    });
  });

  it.each([
    ['an unknown field', `${valid}\ncolour: red`, /colour/],
    ['an unknown field deep inside', `${valid}\nboot: { timeout: 3 }`, /^boot: .*timeout/],
    ['a missing field', valid.replace('mode: minimal', ''), /^mode: /],
    ['a size that is none', valid.replace('64MiB', 'big'), /^size: expected a size/],
    ['a size below the least', valid.replace('64MiB', '8MiB'), /^size: expected at least/],
    ['a package name with an option', valid.replace('busybox-static', '--purge'), /^packages\.0: /],
    ['a file without content', `${valid}\nfiles: [{ path: /a }]`, /^files\.0: expected exactly one/],
    ['a path that leaves the tree', `${valid}\nfiles: [{ path: /a/../b, content: x }]`, /^files\.0\.path: /],
    ['a mode without quotes', `${valid}\nfiles: [{ path: /a, content: x, mode: 755 }]`, /^files\.0\.mode: /],
    ['a service without a command', `${valid}\nservices: [{ name: a }]`, /^services\.0\.command: /],
    [
      'a kernel command line of two lines',
      `${valid}\nboot: { commandLine: "a\\nb" }`,
      /^boot\.commandLine: expected printable/,
    ],
    ['text that is not YAML', 'name: [', /^line \d+: /],
    ['an empty file', '', /expected object/],
  ])('names the field: %s', (_, text, reason) => {
    expect(reasonOf(text)).toMatch(reason);
  });

  it('refuses include in mode debian, where packages are installed whole', () => {
    const text = valid
      .replace('mode: minimal', 'mode: debian')
      .replace('[busybox-static]', '[{ name: vim, include: [/usr/bin/vim] }]');
    expect(reasonOf(text)).toMatch(/^packages\.0\.include: /);
  });
});

describe('readRecipe', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'carrel-recipe-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('says that there is no such file', async () => {
    await expect(readRecipe(join(folder, 'none.yaml'))).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  it('says that a directory is no recipe', async () => {
    await expect(readRecipe(folder)).rejects.toMatchObject({ code: 'RECIPE_INVALID' });
  });
});

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readHostZone, readZoneFile } from './host-zone.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'carrel-zone-'));
  await mkdir(join(root, 'etc'));
  await mkdir(join(root, 'usr/share/zoneinfo/Europe'), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

const link = (to: string): Promise<void> => symlink(to, join(root, 'etc/localtime'));

it('is where the link of the system points to', async () => {
  await link('../usr/share/zoneinfo/America/Argentina/Buenos_Aires');
  await writeFile(join(root, 'etc/timezone'), 'Europe/Paris\n');
  expect(await readHostZone({ root })).toBe('America/Argentina/Buenos_Aires');
});

it('is what is written down where the rules are a copy', async () => {
  await writeFile(join(root, 'etc/localtime'), 'TZif2');
  await writeFile(join(root, 'etc/timezone'), 'Europe/Paris\n');
  expect(await readHostZone({ root })).toBe('Europe/Paris');
});

it('is what the agent itself was told, and never what is no name of a zone', async () => {
  await link('/usr/share/zoneinfo/Europe/Paris');
  expect(await readHostZone({ root, TZ: ':Asia/Tokyo' })).toBe('Asia/Tokyo');
  expect(await readHostZone({ root, TZ: 'CET-1CEST,M3.5.0,M10.5.0/3' })).toBe('Europe/Paris');
  expect(await readHostZone({ root, TZ: '../../etc/passwd' })).toBe('Europe/Paris');
});

it('is what the runtime knows, where the system says nothing', async () => {
  expect(await readHostZone({ root })).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
});

it('comes with its rules, where this computer has them', async () => {
  await writeFile(join(root, 'usr/share/zoneinfo/Europe/Paris'), 'TZif2');
  expect(Buffer.from((await readZoneFile('Europe/Paris', root)) ?? []).toString()).toBe('TZif2');
  expect(await readZoneFile('Europe/Atlantis', root)).toBeUndefined();
  expect(await readZoneFile('Europe', root)).toBeUndefined();
  expect(await readZoneFile('../../../etc/timezone', root)).toBeUndefined();
});

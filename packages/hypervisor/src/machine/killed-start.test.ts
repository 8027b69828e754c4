import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isAlive } from '../host/index.ts';
import { machinePaths } from '../host/machine-folder.ts';
import { createTestImage, serveTestImage } from '../testing/test-image.ts';
import {
  prepareTestMachine,
  programs,
  temporaryFolder,
  testKey,
  testRunAs,
} from '../testing/test-machine.ts';
import { adoptMachine } from './adopt.ts';
import { hasSavedState } from './saved-state.ts';
import { startMachine } from './start.ts';
import { readRecord } from './state-file.ts';

it('leaves no machine behind when whoever starts it is killed before the guest runs', async () => {
  await using root = await temporaryFolder();
  const image = await createTestImage(join(root.path, 'image.raw'));
  // As far as a start comes that nobody brings to its end: the process is there and says nothing.
  const system = join(root.path, 'silent-qemu');
  await writeFile(system, '#!/bin/sh\nexec sleep 600\n');
  await chmod(system, 0o755);
  const spec = await prepareTestMachine(join(root.path, 'm'), image);
  const server = await serveTestImage(image, machinePaths(spec.folder).imageSocket, testRunAs);
  const ending = new AbortController();
  const silent = { ...spec, programs: { ...programs, system } };
  const given = startMachine(silent, { diskKey: testKey, signal: ending.signal });
  const failed = expect(given).rejects.toThrow();
  try {
    await expect.poll(() => readRecord(spec.folder)).toBeDefined();
    const record = await readRecord(spec.folder);
    if (!record) throw new Error('nothing was written down');
    expect(await isAlive(record.identity)).toBe(true);

    expect(await adoptMachine(spec.folder)).toEqual({ kind: 'none' });
    expect(await isAlive(record.identity)).toBe(false);
    expect(await readRecord(spec.folder)).toBeUndefined();
  } finally {
    ending.abort();
    await failed;
    await server.kill();
  }
});

it('never goes back to what was saved once a guest went on from it', async () => {
  await using root = await temporaryFolder();
  const image = await createTestImage(join(root.path, 'image.raw'));
  const spec = await prepareTestMachine(join(root.path, 'm'), image);
  const server = await serveTestImage(image, machinePaths(spec.folder).imageSocket, testRunAs);
  const machine = await startMachine(spec, { diskKey: testKey });
  try {
    const record = await readRecord(spec.folder);
    // As it lies there between the moment a guest can go on and the moment its state is given up.
    const { savedState, savedHardware } = machinePaths(spec.folder);
    await writeFile(savedState, 'state');
    await writeFile(savedHardware, JSON.stringify(record?.hardware));
    expect(await hasSavedState(spec.folder)).toBe(true);
    await machine.detach();

    const found = await adoptMachine(spec.folder);
    if (found.kind !== 'running') throw new Error(`it is ${found.kind}`);
    expect(await hasSavedState(spec.folder)).toBe(false);
    expect(await found.handle.stop({ mode: 'power-off' })).toEqual({ how: 'powered-off' });
  } finally {
    await server.kill();
  }
});

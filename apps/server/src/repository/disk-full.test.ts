import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mustRun } from './testing/program.ts';
import { digestOf, pushBlob } from './testing/push.ts';
import { startRepository } from './testing/start-repository.ts';

// Mounting needs root, as the tests have in CI.
test.runIf(process.getuid?.() === 0)('a full disk is told as such and leaves nothing behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'carrel-full-'));
  await mustRun('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder]);
  try {
    await using server = await startRepository({ folder });
    const kept = randomBytes(1_000_000);
    await pushBlob(server, 'desk', kept);
    const content = randomBytes(12_000_000);
    const digest = digestOf(content);
    const monolithic = await server.fetch(`/v2/desk/blobs/uploads/?digest=${digest}`, {
      method: 'POST',
      body: new Uint8Array(content),
    });
    expect(monolithic.status).toBe(507);
    expect(await monolithic.json()).toMatchObject({ errors: [{ code: 'DISK_FULL' }] });
    const begun = await server.fetch('/v2/desk/blobs/uploads/', { method: 'POST' });
    const location = begun.headers.get('location') ?? '';
    const piece = await server.fetch(location, { method: 'PATCH', body: new Uint8Array(content) });
    expect(piece.status).toBe(507);
    expect((await server.fetch(location)).status).toBe(404);
    expect(await readdir(join(folder, 'uploads'))).toEqual([]);
    expect(await readdir(join(folder, 'temporary'))).toEqual([]);
    expect((await server.fetch(`/v2/desk/blobs/${digestOf(kept)}`)).status).toBe(200);
    await pushBlob(server, 'desk', randomBytes(5_000_000));
  } finally {
    await mustRun('umount', [folder]);
    await rm(folder, { recursive: true, force: true });
  }
});

import { open, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createImageFolder,
  errorCode,
  type ImageFolder,
  lastJson,
  mebibyte,
} from '../testing/image-folder.ts';

// 16 heads of 63 sectors; two blocks before the end of what QEMU keeps in one piece.
const secondCylinderBytes = 16 * 63 * 512;

let at: ImageFolder;
let disk = '';
beforeAll(async () => {
  at = await createImageFolder();
  disk = join(at.folder, 'boots.raw');
  await writeFile(disk, bootSector('Last login: never\r\nguest login: agent: no port\r\n'));
  await truncate(disk, 8 * mebibyte);
  await using file = await open(disk, 'r+');
  await file.write(Buffer.alloc(8192, 'read behind the prompt'), 0, 8192, secondCylinderBytes);
}, 120_000);
afterAll(() => at[Symbol.asyncDispose]());

describe('image record-boot', () => {
  it('stores what the boot read, soon after the prompt too, and the image stays the same', async () => {
    const reference = `${at.reference}-boots`;
    await at.carrel('image', 'pack', disk, '--to', reference, '--no-guest-agent');
    const before = await at.carrel(
      'image',
      'fetch',
      reference,
      '-o',
      join(at.folder, 'before.raw'),
      '--json',
    );
    const recorded = await at.carrel('image', 'record-boot', reference, '--json');
    expect(recorded.exitCode, recorded.stderr).toBe(0);
    const receipt = lastJson(recorded);
    expect(receipt).toMatchObject({ end: 'console-login', limit: null, runs: 2, bytes: 12_288 });
    expect(receipt['digest']).not.toBe(lastJson(before)['digest']);
    // Packing the same disk again takes the order over, so that it is the same version.
    const again = await at.carrel('image', 'pack', disk, '--to', reference, '--no-guest-agent', '--json');
    expect(lastJson(again)).toMatchObject({ digest: receipt['digest'], bootOrderFrom: receipt['digest'] });
    expect((await at.carrel('image', 'verify', reference)).exitCode).toBe(0);
  }, 120_000);

  it('says that an agent which the image should have does not answer', async () => {
    const reference = `${at.reference}-silent`;
    await at.carrel('image', 'pack', disk, '--to', reference, '--guest-agent');
    const outcome = await at.carrel('image', 'record-boot', reference, '--timeout', '2s', '--json');
    expect(errorCode(outcome)).toBe('GUEST_AGENT_SILENT');
    expect(outcome.exitCode).toBe(6);
  }, 120_000);

  it('wants a tag for an image named by its digest', async () => {
    const reference = `http://127.0.0.1:9/tiny@sha256:${'0'.repeat(64)}`;
    const outcome = await at.carrel('image', 'record-boot', reference, '--json');
    expect(outcome.exitCode).toBe(2);
    expect(errorCode(outcome)).toBe('USAGE');
  });
});

/** A boot sector that writes a text to the serial line, reads a sector half a second later, and stops. */
function bootSector(text: string): Buffer {
  const sector = Buffer.alloc(512);
  const program =
    '31c0 8ed8 be2d7c baf803' + // ds = 0, si = the text, dx = the serial port
    'ac 84c0 7403 ee ebf8' + // write it up to its zero
    'b486 b90700 ba20a1 cd15' + // wait for 500,000 µs
    'b80102 bb007e b90101 ba8000 cd13' + // read the first sector of the second cylinder
    'f4 ebfd'; // halt
  sector.write(program.replaceAll(' ', ''), 0, 'hex');
  sector.write(text, 0x2d, 'latin1');
  sector.writeUInt16BE(0x55aa, 510);
  return sector;
}

import { execFile } from 'node:child_process';
import { open, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);
const mapSchema = z.array(z.object({ start: z.int(), length: z.int(), present: z.boolean() }));

/** The encrypted copies of images below the folder of an agent. */
export async function localCopies(agentFolder: string): Promise<string[]> {
  const names = await readdir(join(agentFolder, 'workspaces'), { recursive: true });
  const copies = names.filter((name) => /\/base-[0-9a-f]+\.qcow2$/.test(name));
  return copies.map((name) => join(agentFolder, 'workspaces', name));
}

/** What a local copy holds of an image, looked at with QEMU's own tools while no guest runs. */
export interface CopyFindings {
  /** Bytes that have come over so far. */
  readonly heldBytes: number;
  /** Offsets of the first byte of each extent that is not as in the image. */
  readonly wrongAt: readonly number[];
}

/** Compares all a local copy holds with the image as it was packed. */
export async function compareLocalCopy(
  copy: string,
  diskKey: Uint8Array,
  imagePath: string,
): Promise<CopyFindings> {
  const [secret, plain] = [`${copy}.secret`, `${copy}.plain`];
  await writeFile(secret, Buffer.from(diskKey).toString('hex'), { mode: 0o600 });
  try {
    const node = {
      driver: 'qcow2',
      file: { driver: 'file', filename: copy },
      encrypt: { format: 'luks', 'key-secret': 'key' },
      backing: null,
    };
    const source = ['--object', `secret,id=key,file=${secret}`, '-U', `json:${JSON.stringify(node)}`];
    const map = await run('qemu-img', ['map', '--output=json', ...source], { maxBuffer: 64 * 1024 ** 2 });
    await run('qemu-img', ['convert', '-O', 'raw', ...source, plain]);
    const held = mapSchema.parse(JSON.parse(map.stdout)).filter((extent) => extent.present);
    const heldBytes = held.reduce((sum, extent) => sum + extent.length, 0);
    return { heldBytes, wrongAt: await differing(held, plain, imagePath) };
  } finally {
    await rm(secret, { force: true });
    await rm(plain, { force: true });
  }
}

async function differing(
  extents: readonly { readonly start: number; readonly length: number }[],
  pathA: string,
  pathB: string,
): Promise<number[]> {
  await using a = await open(pathA, 'r');
  await using b = await open(pathB, 'r');
  const wrong: number[] = [];
  for (const { start, length } of extents) {
    const [fromA, fromB] = [Buffer.alloc(length), Buffer.alloc(length)];
    await a.read(fromA, 0, length, start);
    await b.read(fromB, 0, length, start);
    if (!fromA.equals(fromB)) wrong.push(start);
  }
  return wrong;
}

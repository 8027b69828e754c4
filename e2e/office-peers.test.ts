import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRepositoryKey, formatRepositoryKey, singleKey } from '../packages/imaging/src/index.ts';
import { sampleBytes } from '../packages/imaging/src/testing/memory-disk.ts';
import { layoutIn, packBytes } from '../packages/imaging/src/testing/packed-image.ts';
import { OfficeComputer } from './office-peers/office-computer.ts';
import { buildOffice, type OfficeNetwork, whyNoNamespaces } from './office-peers/office-network.ts';

// Network namespaces are the computers of an office whose line is slow.
const reason = await whyNoNamespaces();
const key = createRepositoryKey();
const disk = sampleBytes(24_000_000, 5);
const diskHash = createHash('sha256').update(disk).digest('hex');
let folder = '';
let storedBytes = 0;
let network: OfficeNetwork;
let computers = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-office-'));
  ({ storedBytes } = await packBytes(layoutIn(folder), '1', disk, singleKey(key)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts a computer that shares the image with the office. */
function start(computer: number, program?: string): Promise<OfficeComputer> {
  computers += 1;
  return OfficeComputer.start(network, {
    computer,
    folder: join(folder, `store-${computers}`),
    reference: `oci:${network.origin}/layout:disk:1`,
    key: formatRepositoryKey(key),
    ...(program !== undefined && { program }),
  });
}

async function startAll(count: number): Promise<OfficeComputer[]> {
  const all = await Promise.all(Array.from({ length: count }, (_, at) => start(at)));
  await Promise.all(all.map((each) => each.untilSeen(count - 1)));
  return all;
}

describe.skipIf(reason !== undefined)(
  `an office${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    beforeEach(async () => {
      network = await buildOffice({ computers: 3, folder, webFolder: folder, lineRate: '60mbit' });
    });
    afterEach(() => network[Symbol.asyncDispose]());

    it('takes one copy over its line when three computers fetch at once', async () => {
      const all = await startAll(3);
      const before = await network.lineBytes();
      const results = await Promise.all(all.map((each) => each.read()));
      const lineBytes = (await network.lineBytes()) - before;
      for (const result of results) {
        expect(result).toMatchObject({ sha256: diskHash, bad: [], lied: [] });
        expect(result.bytesFromPeers).toBeGreaterThan(0);
      }
      await Promise.all(all.map((e) => e.end()));
      console.log(lineBytes, storedBytes, results);
      expect(lineBytes / storedBytes).toBeLessThan(1.3);
      expect(lineBytes / storedBytes).toBeGreaterThan(0.9);
    });
  },
);

// A computer of the office: the agent's part for peers and a reader of the image, told what to do line by line.
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { openImage, openRepository, parseReference, parseRepositoryKey, singleKey } from '@carrel/imaging';
import { systemClock } from '@carrel/kit';
import { z } from 'zod';
import { OfficePeers } from '../../apps/agent/src/peers/office-peers.ts';

const optionsSchema = z.object({
  folder: z.string(),
  reference: z.string(),
  key: z.string(),
});
const options = optionsSchema.parse(JSON.parse(process.argv[2] ?? ''));
const key = parseRepositoryKey(options.key);
if (!key) throw new Error('The key is none.');
const lied: string[] = [];

const office = await OfficePeers.start({
  folder: options.folder,
  limits: {
    storeBytes: 1e9,
    maximumUploads: 8,
    uploadRate: [],
    networks: ['10.90.0.0/24'],
    port: 47_600,
  },
  clock: systemClock,
  random: Math.random,
  onLied: (address) => lied.push(address),
  onTrouble: (error) => process.stderr.write(`${String(error)}\n`),
});
office.admit(key);

function tell(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function readImage(): Promise<void> {
  if (!key) return;
  await using repository = openRepository(parseReference(options.reference));
  const location = { repository, tagOrDigest: '1' };
  await using shared = await office.share({ ...location, key });
  const bad: string[] = [];
  await using disk = await openImage({
    ...location,
    keys: singleKey(key),
    sources: [shared.source],
    onFrame: (frame) => shared.keep(frame),
    onBadData: (error) => bad.push(error.message),
    cacheBytes: 8_000_000,
  });
  const hash = createHash('sha256');
  const step = 1_000_000;
  let slowestReadMs = 0;
  for (let at = 0; at < disk.sizeBytes; at += step) {
    const startedMs = performance.now();
    hash.update(await disk.read(at, Math.min(step, disk.sizeBytes - at)));
    slowestReadMs = Math.max(slowestReadMs, performance.now() - startedMs);
    tell({ readBytes: Math.min(at + step, disk.sizeBytes) });
  }
  const { bytesFromPeers, bytesFromOrigin } = shared.counters();
  tell({ sha256: hash.digest('hex'), bytesFromPeers, bytesFromOrigin, slowestReadMs, bad, lied });
}

async function untilSeen(count: number): Promise<void> {
  while (office.status().peersSeen < count) await systemClock.sleep(20);
  tell({ seen: office.status().peersSeen });
}

tell({ addresses: office.status().addresses });
for await (const line of createInterface({ input: process.stdin })) {
  const [command, argument] = line.split(' ');
  if (command === 'seen') await untilSeen(Number(argument));
  else if (command === 'read') await readImage();
  else if (command === 'status') tell({ status: office.status() });
  else break;
}
await office[Symbol.asyncDispose]();
tell({ ended: true });

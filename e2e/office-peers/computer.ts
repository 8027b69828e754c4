// A computer of the office: the agent's part for peers and a reader of the image, told what to do line by line.
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { openImage, openRepository, parseReference, parseRepositoryKey, singleKey } from '@carrel/imaging';
import { systemClock } from '@carrel/kit';
import { z } from 'zod';
import { createOfficeSwitch } from '../../apps/agent/src/peers/index.ts';
import { Permission } from '../../apps/agent/src/peers/testing/permission.ts';
import { tell } from './tell.ts';

const optionsSchema = z.object({
  folder: z.string(),
  reference: z.string(),
  manifestDigest: z.string(),
  key: z.string(),
  networks: z.array(z.string()),
});
const options = optionsSchema.parse(JSON.parse(process.argv[2] ?? ''));
const key = parseRepositoryKey(options.key);
if (!key) throw new Error('The key is none.');
const permission = new Permission({
  manifestDigest: options.manifestDigest,
  keyId: key.keyId,
  repositoryKey: options.key,
  networks: options.networks,
});
const lied: string[] = [];
const office = createOfficeSwitch({
  folder: options.folder,
  leases: permission,
  clock: systemClock,
  random: Math.random,
  onLied: (address) => lied.push(address),
  onTrouble: (what, error) => process.stderr.write(`${what}: ${String(error)}\n`),
});
const ending = new AbortController();
let running: Promise<void> | undefined;

/** Changes the policy, and waits until the agent's part follows it. */
async function set(state: 'on' | 'off'): Promise<void> {
  permission.useOfficePeers = state === 'on';
  running ??= office.run(ending.signal).catch((error: unknown) => {
    if (!ending.signal.aborted) throw error;
  });
  while (office.status.state !== state) await systemClock.sleep(10);
  tell({ state: office.status.state });
}

async function readImage(): Promise<void> {
  if (!key) return;
  await using repository = openRepository(parseReference(options.reference));
  const location = { repository, tagOrDigest: options.manifestDigest };
  await using shared = await office.share(permission.lease.image, { ...location, key });
  const bad: string[] = [];
  await using disk = await openImage({
    ...location,
    keys: singleKey(key),
    ...(shared && { sources: [shared.source], onFrame: (frame) => shared.keep(frame) }),
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
  const { bytesFromPeers = 0, bytesFromOrigin = 0 } = shared?.counters() ?? {};
  tell({ sha256: hash.digest('hex'), bytesFromPeers, bytesFromOrigin, slowestReadMs, bad, lied });
}

async function untilSeen(count: number): Promise<void> {
  while (office.status.peersSeen < count) await systemClock.sleep(20);
  tell({ seen: office.status.peersSeen });
}

tell({ isReady: true });
for await (const line of createInterface({ input: process.stdin })) {
  const [command, argument] = line.split(' ');
  if (command === 'on' || command === 'off') await set(command);
  else if (command === 'seen') await untilSeen(Number(argument));
  else if (command === 'read') await readImage();
  else if (command === 'status') tell({ status: office.status });
  else break;
}
ending.abort();
await running;
tell({ ended: true });

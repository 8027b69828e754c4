// A computer that holds the key and the whole image, and changes a byte in everything it gives.

import { networkInterfaces } from 'node:os';
import { createInterface } from 'node:readline';
import { createRateLimiter, FrameStore, parseRepositoryKey } from '@carrel/imaging';
import { systemClock } from '@carrel/kit';
import { z } from 'zod';
import { Discovery } from '../../apps/agent/src/peers/discovery.ts';
import { FrameServer } from '../../apps/agent/src/peers/frame-server.ts';
import { derivePeerKey } from '../../apps/agent/src/peers/peer-key.ts';
import { PeerTable } from '../../apps/agent/src/peers/peer-table.ts';
import { findSegments } from '../../apps/agent/src/peers/segments.ts';
import { tell } from './tell.ts';

const options = z.object({ folder: z.string(), key: z.string() }).parse(JSON.parse(process.argv[2] ?? ''));
const key = parseRepositoryKey(options.key);
const [segment] = findSegments(networkInterfaces(), ['10.90.0.0/24']);
if (!key || !segment) throw new Error('There is no key or no office.');
const peerKey = derivePeerKey(key);
const store = await FrameStore.open({ folder: options.folder, limitBytes: 1e9, reserveBytes: 0 });
const readSoundly = store.read.bind(store);
store.read = async (...wanted) => {
  const frames = await readSoundly(...wanted);
  for (const { stored } of frames) stored[20] = (stored[20] ?? 0) ^ 1;
  return frames;
};
const onTrouble = (error: unknown): boolean => process.stderr.write(`${String(error)}\n`);
let sentBytes = 0;
const server = await FrameServer.start({
  address: segment.address,
  port: 0,
  store,
  keys: () => [peerKey],
  images: () => [],
  maximumUploads: 8,
  limiter: createRateLimiter({ rate: [] }),
  onSent: (bytes) => void (sentBytes += bytes),
  onTrouble,
});
const { port } = server;
const id = 'f'.repeat(32);
const peers = new PeerTable(systemClock);
const discovery = new Discovery({
  segment,
  id,
  port,
  peers,
  clock: systemClock,
  random: Math.random,
  onTrouble,
});

tell({ isReady: true });
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'end') break;
  tell({
    status: { peersSeen: peers.list().length, peersBanned: 0, sentBytes, storeBytes: store.heldBytes },
  });
}
await discovery[Symbol.asyncDispose]();
await server[Symbol.asyncDispose]();
await store[Symbol.asyncDispose]();
tell({ ended: true });

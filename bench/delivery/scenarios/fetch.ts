import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskImage } from '../inputs/inputs.ts';
import { medianUsage, type Usage } from '../measure/usage.ts';
import type { Traffic } from '../measure/web-server.ts';
import type { Peer, Seeds } from '../peers/peer.ts';
import { run } from '../shell.ts';
import type { BenchContext } from './bench-context.ts';
import { repeatCount, shortSeconds } from './repeats.ts';

/** Brings an image over, checks that it is the one that was packed, and records what that took. */
export async function recordFetch(
  context: BenchContext,
  scenario: string,
  peer: Peer,
  image: DiskImage,
  seeds: Seeds = {},
): Promise<void> {
  const usages: Usage[] = [];
  const traffics: Traffic[] = [];
  do {
    const { usage, traffic } = await fetchOnce(context, peer, image, seeds);
    usages.push(usage);
    traffics.push(traffic);
  } while (usages.length < repeatCount && (usages[0]?.seconds ?? 0) < shortSeconds);
  const bytes = Math.max(...traffics.map((traffic) => traffic.bytes));
  const requests = Math.max(...traffics.map((traffic) => traffic.requests));
  context.figures.add({ scenario, who: peer.name, ...medianUsage(usages), bytes, requests });
}

async function fetchOnce(
  context: BenchContext,
  peer: Peer,
  image: DiskImage,
  seeds: Seeds,
): Promise<{ usage: Usage; traffic: Traffic }> {
  const { fetch } = peer;
  if (fetch === undefined) throw new Error(`${peer.name} does not fetch`);
  const { stores, web } = context;
  const workFolder = join(context.workFolder, 'fetch');
  await mkdir(workFolder, { recursive: true });
  const output = join(workFolder, 'fetched.raw');
  const request = { image, output, workFolder, seeds, url: stores.url(peer), store: stores.folder(peer) };
  const { result, traffic } = await web.count(() => fetch(request));
  await run('cmp', [image.path, output]);
  await rm(workFolder, { recursive: true });
  return { usage: result, traffic };
}

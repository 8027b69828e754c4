import { casync } from '../peers/casync.ts';
import { xdelta3 } from '../peers/xdelta3.ts';
import { zchunk } from '../peers/zchunk.ts';
import { zstd } from '../peers/zstd.ts';
import { zsync } from '../peers/zsync.ts';
import type { BenchContext } from './bench-context.ts';
import { recordFetch } from './fetch.ts';
import { missingBlocksCompressedBytes } from './floor.ts';
import { fetchNames, floor, hostIndex } from './names.ts';

/** Who has nothing. */
export async function fetchCold(context: BenchContext): Promise<void> {
  const { inputs, stores, carrel } = context;
  for (const peer of [carrel, casync, zstd]) {
    await stores.ensure(peer, inputs.v1);
    await recordFetch(context, fetchNames.cold, peer, inputs.v1);
  }
}

/** Who has no image yet, but a Debian computer. casync looks through its files at the fetch, we ahead of it. */
export async function fetchWithHost(context: BenchContext): Promise<void> {
  const { inputs, stores, carrel } = context;
  const { hostFolder } = inputs;
  await ensureHostIndex(context);
  for (const peer of [carrel, casync]) {
    await stores.ensure(peer, inputs.v1);
    await recordFetch(context, fetchNames.host, peer, inputs.v1, { hostFolder });
  }
}

async function ensureHostIndex({ figures, carrel, inputs }: BenchContext): Promise<void> {
  if (figures.find(hostIndex, carrel.name) !== undefined) return;
  figures.add({ scenario: hostIndex, who: carrel.name, ...(await carrel.indexHost(inputs.hostFolder)) });
}

/** Who has v1, and gets v1 as it was upgraded where it stood. */
export async function fetchInPlace(context: BenchContext): Promise<void> {
  const { inputs, stores, carrel } = context;
  const seeds = { old: inputs.v1 };
  for (const peer of [carrel, casync]) {
    for (const image of [inputs.v1, inputs.v2]) await stores.ensure(peer, image);
    await recordFetch(context, fetchNames.inPlace, peer, inputs.v2, seeds);
  }
}

/** Who has v1, and gets the same files as v2 in a new file system. */
export async function fetchRebuilt(context: BenchContext): Promise<void> {
  const { inputs, stores, carrel, figures } = context;
  const { v1, v2r, hostFolder } = inputs;
  for (const peer of [carrel, casync, zchunk]) {
    for (const image of [v1, v2r]) await stores.ensure(peer, image);
    await recordFetch(context, fetchNames.rebuilt, peer, v2r, { old: v1 });
  }
  await stores.ensure(zsync, v2r);
  await recordFetch(context, fetchNames.rebuilt, zsync, v2r, { old: v1 });
  await stores.ensure(xdelta3, v2r, v1);
  await recordFetch(context, fetchNames.rebuilt, xdelta3, v2r, { old: v1 });
  const bytes = await missingBlocksCompressedBytes(v1.path, v2r.path);
  figures.add({ scenario: fetchNames.rebuilt, who: floor, bytes });
  await ensureHostIndex(context);
  await recordFetch(context, fetchNames.rebuiltHost, carrel, v2r, { old: v1, hostFolder });
}

/** Who has v1, and gets another image. */
export async function fetchDifferent(context: BenchContext): Promise<void> {
  const { inputs, stores, carrel } = context;
  for (const peer of [carrel, casync]) {
    for (const image of [inputs.v1, inputs.other]) await stores.ensure(peer, image);
    await recordFetch(context, fetchNames.different, peer, inputs.other, { old: inputs.v1 });
  }
}

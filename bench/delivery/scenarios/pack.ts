import { borg, borgPlain } from '../peers/borg.ts';
import { casync } from '../peers/casync.ts';
import { restic } from '../peers/restic.ts';
import { zstd } from '../peers/zstd.ts';
import type { BenchContext } from './bench-context.ts';
import { threeVersions } from './names.ts';

/** Three versions into each store. */
export async function packVersions({ inputs, stores, figures, carrel }: BenchContext): Promise<void> {
  for (const peer of [carrel, casync, restic, borg, borgPlain]) {
    for (const image of [inputs.v1, inputs.v2, inputs.v2r]) await stores.ensure(peer, image);
    figures.add({ scenario: threeVersions, who: peer.name, storeBytes: await stores.sizeBytes(peer) });
  }
  await stores.ensure(zstd, inputs.v1);
}

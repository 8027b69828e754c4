import type { BenchContext } from './bench-context.ts';
import { startCold } from './cold-start.ts';
import { fetchCold, fetchDifferent, fetchInPlace, fetchRebuilt, fetchWithHost } from './fetches.ts';
import { readGuestDisk } from './guest-disk.ts';
import { handleLargeDisk } from './memory.ts';
import { readOverNbd } from './nbd-read.ts';
import { packVersions } from './pack.ts';

/** What `--only` takes, in the order it is run. A scenario packs what it needs and was not packed before. */
export const scenarios: Readonly<Record<string, (context: BenchContext) => Promise<void>>> = {
  pack: packVersions,
  cold: fetchCold,
  host: fetchWithHost,
  'in-place': fetchInPlace,
  rebuilt: fetchRebuilt,
  nbd: readOverNbd,
  'guest-disk': readGuestDisk,
  start: startCold,
  memory: handleLargeDisk,
  different: fetchDifferent,
};

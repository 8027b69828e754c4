import type { BenchContext } from './bench-context.ts';
import { fetchCold, fetchDifferent, fetchInPlace, fetchRebuilt, fetchWithHost } from './fetches.ts';
import { packVersions } from './pack.ts';

/** What `--only` takes, in the order it is run. A scenario packs what it needs and was not packed before. */
export const scenarios: Readonly<Record<string, (context: BenchContext) => Promise<void>>> = {
  pack: packVersions,
  cold: fetchCold,
  host: fetchWithHost,
  'in-place': fetchInPlace,
  rebuilt: fetchRebuilt,
  different: fetchDifferent,
};

/**
 * How often a property is tried: few times and always the same ones in the suite. For a hunt, `FUZZ_SEED` tries
 * others and `FUZZ_FACTOR` more of them.
 */
export function fuzzRuns(numRuns: number): { readonly seed: number; readonly numRuns: number } {
  const { FUZZ_SEED: seed = '1', FUZZ_FACTOR: factor = '1' } = process.env;
  return { seed: Number(seed), numRuns: numRuns * Number(factor) };
}

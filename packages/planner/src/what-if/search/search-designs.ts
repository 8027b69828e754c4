import { systemClock } from '@carrel/kit';
import { type Candidate, type Evaluator, isBetter, type Setting } from './evaluate.ts';
import type { Lever } from './levers.ts';

export interface SearchOptions {
  readonly signal?: AbortSignal;
  /** Told every now and then how many designs were made. */
  readonly onProgress?: (progress: {
    readonly designsMade: number;
    readonly cheapest: number | undefined;
  }) => void;
}

/** Designs after which others get their turn. */
const designsAtOnce = 16;

/** Gives way to other work, and stops when told to. */
class Pace {
  readonly #evaluator: Evaluator;
  readonly #options: SearchOptions;
  #next = designsAtOnce;

  constructor(evaluator: Evaluator, options: SearchOptions) {
    this.#evaluator = evaluator;
    this.#options = options;
  }

  /** @throws the signal's reason when it is aborted */
  async step(best: Candidate): Promise<void> {
    if (this.#evaluator.made < this.#next) return;
    this.#next = this.#evaluator.made + designsAtOnce;
    const cheapest = best.missed === 0 ? best.total : undefined;
    this.#options.onProgress?.({ designsMade: this.#evaluator.made, cheapest });
    await systemClock.sleep(0, this.#options.signal);
  }
}

/**
 * Every setting there is.
 *
 * @throws the signal's reason when it is aborted
 */
export async function searchAll(
  levers: readonly Lever[],
  evaluator: Evaluator,
  options: SearchOptions,
): Promise<Candidate> {
  const pace = new Pace(evaluator, options);
  let best = evaluator.at(levers.map(() => 0));
  for (const setting of settings(levers)) {
    const candidate = evaluator.at(setting);
    if (isBetter(candidate, best)) best = candidate;
    await pace.step(best);
  }
  return best;
}

function* settings(levers: readonly Lever[]): Generator<Setting> {
  const [first, ...rest] = levers;
  if (!first) {
    yield [];
    return;
  }
  for (const option of first.options.keys()) for (const others of settings(rest)) yield [option, ...others];
}

/**
 * From the plan as it is and from its strongest form: the best change of one lever, again and again, until
 * none is better.
 *
 * @throws the signal's reason when it is aborted
 */
export async function searchStepwise(
  levers: readonly Lever[],
  evaluator: Evaluator,
  options: SearchOptions,
): Promise<Candidate> {
  const pace = new Pace(evaluator, options);
  const planned = await descend(evaluator.at(levers.map(() => 0)), levers, evaluator, pace);
  const strongest = await descend(evaluator.at(strongestSetting(levers)), levers, evaluator, pace);
  return isBetter(strongest, planned) ? strongest : planned;
}

/** Every lever that moves data faster at its end; techniques and repositories as planned. */
export function strongestSetting(levers: readonly Lever[]): Setting {
  return levers.map(({ name, options }) =>
    /^(link|office peers|share) /u.test(name) ? options.length - 1 : 0,
  );
}

async function descend(
  start: Candidate,
  levers: readonly Lever[],
  evaluator: Evaluator,
  pace: Pace,
): Promise<Candidate> {
  let best = start;
  for (;;) {
    const before = best;
    for (const setting of neighbours(before.setting, levers)) {
      const candidate = evaluator.at(setting);
      if (isBetter(candidate, best)) best = candidate;
      await pace.step(best);
    }
    if (best === before) return best;
  }
}

/** Settings with one lever elsewhere. */
function* neighbours(setting: Setting, levers: readonly Lever[]): Generator<Setting> {
  for (const [at, { options }] of levers.entries()) {
    for (const option of options.keys()) if (option !== setting[at]) yield setting.with(at, option);
  }
}

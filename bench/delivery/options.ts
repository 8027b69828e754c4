import { parseArgs } from 'node:util';
import { scenarios } from './scenarios/scenarios.ts';

export interface BenchOptions {
  /** Scenarios to run, in their order. */
  readonly only: readonly string[];
  /** Small inputs, to try the benchmark itself. */
  readonly isQuick: boolean;
  /** Where all figures are written to as JSON. */
  readonly jsonFile?: string;
}

export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      quick: { type: 'boolean' },
      json: { type: 'string' },
    },
  });
  const names = Object.keys(scenarios);
  for (const name of values.only ?? []) {
    if (!names.includes(name)) throw new Error(`There is no ${name}; there are ${names.join(', ')}.`);
  }
  return {
    only: names.filter((name) => values.only?.includes(name) ?? true),
    isQuick: values.quick === true,
    ...(values.json === undefined ? {} : { jsonFile: values.json }),
  };
}

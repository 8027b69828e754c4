import type { Measure } from '../series/index.ts';

/** A counter that an assessment uses: of which server, what, and how its values become a measure. */
export interface Counter {
  /** `undefined` when the name does not tell. */
  readonly server: string | undefined;
  readonly measure: Measure;
  /** Of several that add up. */
  readonly instance: string;
  /** @param memoryGb of the server, for counters of what is left of it */
  readonly convert: (value: number, memoryGb: number) => number;
}

const path = /^(?:\\\\([^\\]+))?\\?([^\\(]+?)(?:\((.*)\))?\\(.+)$/;
const megabytes = (value: number) => value / 1e6;
const megabits = (value: number) => (value * 8) / 1e6;
const used = (unitBytes: number) => (value: number, memoryGb: number) =>
  Math.max(memoryGb - (value * unitBytes) / 1e9, 0);

/** Counters of Windows by object and name (Table 20-5); only `_Total` of those that have a total. */
const windowsCounters: Readonly<Record<string, Pick<Counter, 'measure' | 'convert'> & { isTotal: boolean }>> =
  {
    'processor\\% processor time': {
      measure: 'processorShare',
      convert: (value) => value / 100,
      isTotal: true,
    },
    'processor information\\% processor time': {
      measure: 'processorShare',
      convert: (value) => value / 100,
      isTotal: true,
    },
    'memory\\available bytes': { measure: 'memoryGb', convert: used(1), isTotal: false },
    'memory\\available kbytes': { measure: 'memoryGb', convert: used(1024), isTotal: false },
    'memory\\available mbytes': { measure: 'memoryGb', convert: used(1024 ** 2), isTotal: false },
    'physicaldisk\\disk read bytes/sec': {
      measure: 'diskReadMbPerSecond',
      convert: megabytes,
      isTotal: true,
    },
    'physicaldisk\\disk write bytes/sec': {
      measure: 'diskWriteMbPerSecond',
      convert: megabytes,
      isTotal: true,
    },
    'network interface\\bytes sent/sec': {
      measure: 'networkSentMbitPerSecond',
      convert: megabits,
      isTotal: false,
    },
    'network interface\\bytes received/sec': {
      measure: 'networkReceivedMbitPerSecond',
      convert: megabits,
      isTotal: false,
    },
    'network interface\\bytes total/sec': {
      measure: 'networkTotalMbitPerSecond',
      convert: megabits,
      isTotal: false,
    },
  };

/** Counters by the headings of the inventory. */
const plainCounters: Readonly<Record<string, Pick<Counter, 'measure' | 'convert'>>> = {
  'processor %': { measure: 'processorShare', convert: (value) => value / 100 },
  'memory used gb': { measure: 'memoryGb', convert: (value) => value },
  'disk read bytes/s': { measure: 'diskReadMbPerSecond', convert: megabytes },
  'disk write bytes/s': { measure: 'diskWriteMbPerSecond', convert: megabytes },
  'network sent bytes/s': { measure: 'networkSentMbitPerSecond', convert: megabits },
  'network received bytes/s': { measure: 'networkReceivedMbitPerSecond', convert: megabits },
  'network bytes/s': { measure: 'networkTotalMbitPerSecond', convert: megabits },
};

/**
 * Reads the name of a counter: a path of Windows, `\\SERVER\Object(instance)\Counter` with or without the server, or a
 * heading of the inventory; `undefined` when it is none that is used.
 */
export function parseCounter(name: string): Counter | undefined {
  const plain = plainCounters[name.trim().toLowerCase()];
  if (plain !== undefined) return { server: undefined, instance: '', ...plain };
  const [, server, object = '', instance = '', counter = ''] = path.exec(name.trim()) ?? [];
  const known = windowsCounters[`${object}\\${counter}`.toLowerCase()];
  if (known === undefined || (known.isTotal && instance.toLowerCase() !== '_total')) return undefined;
  const { measure, convert, isTotal } = known;
  return { server, measure, convert, instance: isTotal ? '' : instance };
}

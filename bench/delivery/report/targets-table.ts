import { formatTable } from './print-table.ts';
import type { Judgement, Target } from './targets.ts';
import { inMegabytes, inSeconds } from './units.ts';

const headings = ['what', 'against', 'Carrel', 'other', 'reached', 'at most', ''];

/** Each row of what must be reached, and whether it was. */
export function formatTargets(judgements: readonly Judgement[]): string {
  const rows = judgements.map(({ target, ours, theirs, reached, isMet }) => [
    target.what,
    target.against.join(', '),
    inUnit(target, ours),
    theirs === undefined ? '' : inUnit(target, theirs),
    theirs === undefined ? inUnit(target, reached) : reached.toFixed(reached < 0.1 ? 3 : 2),
    theirs === undefined ? inUnit(target, target.atMost) : String(target.atMost),
    isMet ? 'met' : 'NOT MET',
  ]);
  return formatTable(headings, rows);
}

function inUnit({ unit }: Target, value: number): string {
  switch (unit) {
    case 'requests':
      return String(value);
    case 'seconds':
      return `${inSeconds(value)} s`;
    case 'bytes':
    case 'storeBytes':
    case 'peakMemoryBytes':
      return `${inMegabytes(value)} MB`;
  }
}

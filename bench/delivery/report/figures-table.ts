import type { Figure } from './figures.ts';
import { formatTable } from './print-table.ts';
import { inMegabytes, inSeconds } from './units.ts';

const headings = [
  'what',
  'who',
  'over the wire, MB',
  'requests',
  'seconds',
  'CPU seconds',
  'memory, MB',
  'store, MB',
];

/** All that was measured. */
export function formatFigures(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.note === undefined ? figure.scenario : `${figure.scenario} (${figure.note})`,
    figure.who,
    inMegabytes(figure.bytes),
    figure.requests?.toString() ?? '',
    inSeconds(figure.seconds),
    inSeconds(figure.cpuSeconds),
    inMegabytes(figure.peakMemoryBytes),
    inMegabytes(figure.storeBytes),
  ]);
  return formatTable(headings, rows);
}

/** One figure as a line, told as soon as it is known. */
export function describeFigure(figure: Figure): string {
  const parts = [
    figure.bytes === undefined ? '' : `${inMegabytes(figure.bytes)} MB`,
    figure.requests === undefined ? '' : `${figure.requests} requests`,
    figure.seconds === undefined ? '' : `${inSeconds(figure.seconds)} s`,
    figure.cpuSeconds === undefined ? '' : `${inSeconds(figure.cpuSeconds)} s CPU`,
    figure.peakMemoryBytes === undefined ? '' : `${inMegabytes(figure.peakMemoryBytes)} MB memory`,
    figure.storeBytes === undefined ? '' : `store ${inMegabytes(figure.storeBytes)} MB`,
  ];
  return `${figure.scenario}: ${figure.who}: ${parts.filter((part) => part !== '').join(', ')}`;
}

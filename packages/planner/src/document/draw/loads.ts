import type { LoadResult } from '../../simulation/index.ts';
import { cleanText } from '../model/clean-text.ts';
import type { Drawing, Shape, Source } from '../model/plan-document.ts';
import { name, prose, quantity } from '../model/prose.ts';
import { fitText } from './fit-text.ts';

const marginPx = 16;
const labelsPx = 230;
const plotPx = 460;
const rowPx = 46;
const plotHeightPx = 30;
const shownLinks = 8;

/** The load of the busiest links over time, one below the other. */
export function drawLoads(loads: readonly LoadResult[], source: Source): Drawing {
  const shown = loads.toSorted((a, b) => b.totalBytes - a.totalBytes).slice(0, shownLinks);
  const lastSeconds = Math.max(1, ...shown.map(lengthSeconds));
  const bottom = marginPx + shown.length * rowPx;
  const plotX = marginPx + labelsPx;
  return {
    widthPx: plotX + plotPx + 4 * marginPx,
    heightPx: bottom + 24,
    shapes: [
      ...shown.flatMap((load, at) => row(load, marginPx + at * rowPx, lastSeconds, source)),
      {
        kind: 'line',
        points: [
          [plotX, bottom],
          [plotX + plotPx, bottom],
        ],
        tone: 'muted',
        hasArrow: true,
      },
      {
        kind: 'label',
        x: plotX,
        y: bottom + 15,
        text: [quantity(0, 's', source)],
        sizePx: 10,
        tone: 'muted',
      },
      {
        kind: 'label',
        x: plotX + plotPx,
        y: bottom + 15,
        text: [quantity(lastSeconds, 's', source)],
        sizePx: 10,
        tone: 'muted',
        isCentered: true,
      },
    ],
  };
}

/** Until nothing more is carried. */
function lengthSeconds({ mbitPerSecond, sampleSeconds }: LoadResult): number {
  return (mbitPerSecond.findLastIndex((rate) => rate > 0) + 1) * sampleSeconds;
}

function row(load: LoadResult, top: number, lastSeconds: number, source: Source): Shape[] {
  const { name: id, mbitPerSecond, sampleSeconds, peakMbitPerSecond } = load;
  const plotX = marginPx + labelsPx;
  const base = top + plotHeightPx;
  const peak = Math.max(peakMbitPerSecond, ...mbitPerSecond, 1e-9);
  const points = mbitPerSecond
    .slice(0, Math.ceil(lastSeconds / sampleSeconds))
    .map((rate, at): readonly [number, number] => [
      plotX + Math.min(plotPx, (at * sampleSeconds * plotPx) / lastSeconds),
      base - (rate / peak) * plotHeightPx,
    ]);
  return [
    {
      kind: 'label',
      x: marginPx,
      y: top + 14,
      text: [name(fitText(cleanText(id), 28))],
      sizePx: 11,
      tone: 'place',
    },
    {
      kind: 'label',
      x: marginPx,
      y: top + 28,
      text: prose`at most ${quantity(peakMbitPerSecond, 'Mbit/s', source)}`,
      sizePx: 10,
      tone: 'muted',
    },
    {
      kind: 'line',
      points: [
        [plotX, base],
        [plotX + plotPx, base],
      ],
      tone: 'muted',
    },
    {
      kind: 'line',
      points:
        points.length > 1
          ? points
          : [
              [plotX, base],
              [plotX, base],
            ],
      tone: 'server',
    },
  ];
}

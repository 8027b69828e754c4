import type { ReactNode } from 'react';
import {
  Area,
  AreaChart,
  CartesianGrid,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { formatSeconds } from '../results/format-quantity.ts';
import { axisStyle, chartHeightPx, chartMargin, limitStyle, tooltipStyle } from './chart-style.ts';
import { timeAxis } from './time-axis.ts';

export interface AreaOverTimeProps {
  /** What there is so much of. */
  readonly name: string;
  /** The chart in a sentence, for those who do not see it. */
  readonly label: string;
  /** Ascending in time; a value holds until the next one. */
  readonly points: readonly { readonly seconds: number; readonly value: number }[];
  readonly formatValue: (value: number) => string;
  /** What may not be passed, and what it is called. */
  readonly limit?: { readonly value: number; readonly label: string };
}

/** How much there is of something as time goes by. */
export function AreaOverTime({ name, label, points, formatValue, limit }: AreaOverTimeProps): ReactNode {
  const endSeconds = points.at(-1)?.seconds ?? 0;
  const { ticks, format } = timeAxis(endSeconds);
  return (
    <div role="img" aria-label={label}>
      <ResponsiveContainer width="100%" height={chartHeightPx}>
        <AreaChart data={points} margin={chartMargin} accessibilityLayer={false}>
          <CartesianGrid stroke="var(--carrel-line-soft)" />
          <XAxis
            dataKey="seconds"
            type="number"
            domain={[0, endSeconds]}
            ticks={ticks}
            tickFormatter={format}
            {...axisStyle}
          />
          <YAxis width={62} tickFormatter={(value) => formatValue(Number(value))} {...axisStyle} />
          <Tooltip
            labelFormatter={(seconds) => `after ${formatSeconds(Number(seconds))}`}
            formatter={(value) => [formatValue(Number(value)), name]}
            contentStyle={tooltipStyle}
          />
          {limit === undefined ? null : (
            <ReferenceLine
              y={limit.value}
              ifOverflow="extendDomain"
              {...limitStyle}
              label={{
                value: limit.label,
                position: 'insideTopRight',
                fontSize: 12,
                fill: 'var(--carrel-bad)',
              }}
            />
          )}
          <Area
            dataKey="value"
            type="stepAfter"
            stroke="var(--carrel-info-dot)"
            fill="var(--carrel-info-fill)"
            isAnimationActive={false}
          />
        </AreaChart>
      </ResponsiveContainer>
    </div>
  );
}

import type { Distribution, GroupResult, LoadResult, RolloutResult } from '@carrel/planner';
import { Select, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { formatNumber, formatSeconds } from '../results/format-quantity.ts';
import { AreaOverTime } from './area-over-time.tsx';
import { axisStyle, chartHeightPx, chartMargin, limitStyle, tooltipStyle } from './chart-style.ts';
import { timeAxis } from './time-axis.ts';

/** How many are ready as time goes by, and what the links and repositories carry meanwhile. */
export function RolloutCharts({ result }: { readonly result: RolloutResult }): ReactNode {
  const [groupKey, setGroupKey] = useState(() => tightestOf(result.groups));
  const busiest = result.loads.toSorted((a, b) => b.peakMbitPerSecond - a.peakMbitPerSecond);
  const [loadKey, setLoadKey] = useState<string>();
  const load = busiest.find((each) => loadKeyOf(each) === loadKey) ?? busiest[0];
  const group = result.groups.find((each) => keyOf(each) === groupKey);
  return (
    <Stack gap="lg">
      <Stack gap={6}>
        <Title order={3} fz="sm">
          Ready, in parts of a hundred
        </Title>
        <Select
          aria-label="Of whom"
          size="xs"
          maw={360}
          searchable
          allowDeselect={false}
          limit={200}
          data={[
            { value: everybody, label: 'Everybody' },
            ...result.groups.map((each) => ({
              value: keyOf(each),
              label: `${each.location}: ${each.workspace}`,
            })),
          ]}
          value={groupKey}
          onChange={(key) => setGroupKey(key ?? everybody)}
        />
        <ReadyChart
          times={(group ?? result.all).readySeconds}
          serviceLevelSeconds={group?.serviceLevelSeconds}
        />
      </Stack>
      {load ? (
        <Stack gap={6}>
          <Title order={3} fz="sm">
            Load, Mbit/s
          </Title>
          <Select
            aria-label="Of which link or repository"
            size="xs"
            maw={360}
            searchable
            allowDeselect={false}
            limit={200}
            data={busiest.map((each) => ({ value: loadKeyOf(each), label: loadKeyOf(each) }))}
            value={loadKeyOf(load)}
            onChange={(key) => setLoadKey(key ?? undefined)}
          />
          <LoadChart load={load} />
        </Stack>
      ) : null}
    </Stack>
  );
}

const everybody = '';
const loadWords = {
  link: 'Link to',
  'outward-link': 'Link out of',
  repository: 'Repository',
} as const satisfies Record<LoadResult['kind'], string>;

function loadKeyOf({ kind, name }: LoadResult): string {
  return `${loadWords[kind]} ${name}`;
}

function keyOf({ location, workspace }: GroupResult): string {
  return `${location}\n${workspace}`;
}

/** The group that has least time left, which is the one to look at first. */
function tightestOf(groups: readonly GroupResult[]): string {
  const useOf = ({ readySeconds, serviceLevelSeconds }: GroupResult): number =>
    serviceLevelSeconds === undefined ? 0 : readySeconds.last.mean / serviceLevelSeconds;
  const [tightest] = groups.toSorted((one, other) => useOf(other) - useOf(one));
  return tightest ? keyOf(tightest) : everybody;
}

interface ReadyChartProps {
  readonly times: Distribution;
  readonly serviceLevelSeconds: number | undefined;
}

function ReadyChart({ times, serviceLevelSeconds }: ReadyChartProps): ReactNode {
  const points = [
    { seconds: 0, ready: 0 },
    { seconds: times.median.mean, ready: 50 },
    { seconds: times.p95.mean, ready: 95 },
    { seconds: times.last.mean, ready: 100 },
  ].filter(({ seconds }) => Number.isFinite(seconds));
  const end = Math.max(...points.map(({ seconds }) => seconds), serviceLevelSeconds ?? 0);
  const { ticks, format } = timeAxis(end);
  const level =
    serviceLevelSeconds === undefined ? '' : `; the service level is ${formatSeconds(serviceLevelSeconds)}`;
  return (
    <div
      role="img"
      aria-label={`Half are ready after ${formatSeconds(times.median.mean)}, 95 in a hundred after ${formatSeconds(times.p95.mean)}, all after ${formatSeconds(times.last.mean)}${level}`}
    >
      <ResponsiveContainer width="100%" height={chartHeightPx}>
        <LineChart data={points} margin={chartMargin} accessibilityLayer={false}>
          <CartesianGrid stroke="var(--carrel-line-soft)" />
          <XAxis
            dataKey="seconds"
            type="number"
            domain={[0, end]}
            ticks={ticks}
            tickFormatter={format}
            {...axisStyle}
          />
          <YAxis domain={[0, 100]} width={40} {...axisStyle} />
          <Tooltip
            labelFormatter={(seconds) => `after ${formatSeconds(Number(seconds))}`}
            formatter={(ready) => [`${formatNumber(Number(ready))} of 100`, 'ready']}
            contentStyle={tooltipStyle}
          />
          {serviceLevelSeconds === undefined ? null : (
            <ReferenceLine
              x={serviceLevelSeconds}
              {...limitStyle}
              label={{
                value: 'service level',
                position: 'insideBottomRight',
                fontSize: 12,
                fill: 'var(--carrel-bad)',
              }}
            />
          )}
          <Line
            dataKey="ready"
            stroke="var(--carrel-info-dot)"
            strokeWidth={2}
            dot={{ r: 4 }}
            isAnimationActive={false}
          />
        </LineChart>
      </ResponsiveContainer>
    </div>
  );
}

function LoadChart({ load }: { readonly load: LoadResult }): ReactNode {
  const { mbitPerSecond, sampleSeconds, peakMbitPerSecond } = load;
  const endSeconds = mbitPerSecond.length * sampleSeconds;
  const points = [...mbitPerSecond, mbitPerSecond.at(-1) ?? 0].map((value, index) => ({
    seconds: index * sampleSeconds,
    value,
  }));
  return (
    <>
      <AreaOverTime
        name="carried"
        label={`At most ${formatNumber(peakMbitPerSecond)} Mbit/s, over ${formatSeconds(endSeconds)}`}
        points={points}
        formatValue={formatNumber}
      />
      <Text size="xs" c="dimmed">
        At most {formatNumber(peakMbitPerSecond)} Mbit/s; means of {formatSeconds(sampleSeconds)} each, of the
        first run.
      </Text>
    </>
  );
}

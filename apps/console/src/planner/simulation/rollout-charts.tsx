import type { Distribution, GroupResult, LoadResult, RolloutResult } from '@carrel/planner';
import { Select, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import {
  Area,
  AreaChart,
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
import { timeAxis } from './time-axis.ts';

const heightPx = 240;
const axis = { tick: { fontSize: 12, fill: 'var(--mantine-color-dimmed)' }, stroke: 'var(--carrel-line)' };
const margin = { top: 12, right: 18, bottom: 4, left: 0 };

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
      <ResponsiveContainer width="100%" height={heightPx}>
        <LineChart data={points} margin={margin} accessibilityLayer={false}>
          <CartesianGrid stroke="var(--carrel-line-soft)" />
          <XAxis
            dataKey="seconds"
            type="number"
            domain={[0, end]}
            ticks={ticks}
            tickFormatter={format}
            {...axis}
          />
          <YAxis domain={[0, 100]} width={40} {...axis} />
          <Tooltip
            labelFormatter={(seconds) => `after ${formatSeconds(Number(seconds))}`}
            formatter={(ready) => [`${formatNumber(Number(ready))} of 100`, 'ready']}
            contentStyle={tooltipStyle}
          />
          {serviceLevelSeconds === undefined ? null : (
            <ReferenceLine
              x={serviceLevelSeconds}
              stroke="var(--carrel-bad-dot)"
              strokeDasharray="5 4"
              label={{
                value: 'service level',
                position: 'insideTopRight',
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
  const points = load.mbitPerSecond.map((mbitPerSecond, index) => ({
    seconds: (index + 0.5) * load.sampleSeconds,
    mbitPerSecond,
  }));
  const end = load.mbitPerSecond.length * load.sampleSeconds;
  const { ticks, format } = timeAxis(end);
  return (
    <>
      <div
        role="img"
        aria-label={`At most ${formatNumber(load.peakMbitPerSecond)} Mbit/s, over ${formatSeconds(end)}`}
      >
        <ResponsiveContainer width="100%" height={heightPx}>
          <AreaChart data={points} margin={margin} accessibilityLayer={false}>
            <CartesianGrid stroke="var(--carrel-line-soft)" />
            <XAxis
              dataKey="seconds"
              type="number"
              domain={[0, end]}
              ticks={ticks}
              tickFormatter={format}
              {...axis}
            />
            <YAxis width={52} tickFormatter={(value) => formatNumber(Number(value))} {...axis} />
            <Tooltip
              labelFormatter={(seconds) => `after ${formatSeconds(Number(seconds))}`}
              formatter={(value) => [`${formatNumber(Number(value))} Mbit/s`, 'carried']}
              contentStyle={tooltipStyle}
            />
            <Area
              dataKey="mbitPerSecond"
              type="stepAfter"
              stroke="var(--carrel-info-dot)"
              fill="var(--carrel-info-fill)"
              isAnimationActive={false}
            />
          </AreaChart>
        </ResponsiveContainer>
      </div>
      <Text size="xs" c="dimmed">
        At most {formatNumber(load.peakMbitPerSecond)} Mbit/s; means of {formatSeconds(load.sampleSeconds)}{' '}
        each, of the first run.
      </Text>
    </>
  );
}

const tooltipStyle = {
  background: 'var(--mantine-color-body)',
  border: '1px solid var(--carrel-line)',
  borderRadius: 8,
  fontSize: 12.5,
};

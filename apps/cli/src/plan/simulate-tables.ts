import { formatBytes, formatDuration } from '@carrel/kit';
import type {
  Band,
  Distribution,
  EventYear,
  OutageResult,
  RolloutResult,
  TimesOfClients,
} from '@carrel/planner';
import { formatTable } from '../terminal/table.ts';
import { formatWeekTime } from './simulate-options.ts';

/** Links that were busiest; the others are in the JSON. */
const loadsShown = 10;

/** A rollout as lines of text. */
export function describeRollout(result: RolloutResult): string[] {
  const { groups, loads, kind, clients, runs, seed } = result;
  const what = kind === 'initial' ? 'first version' : 'update';
  const rows = groups.map((group) => [
    group.location,
    group.workspace,
    String(Math.round(group.clients)),
    ...timesOf(group),
    percentOf(group.shareInTime.mean),
    group.serviceLevelSeconds === undefined ? '-' : duration(group.serviceLevelSeconds),
    group.isMet ? 'met' : 'MISSED',
  ]);
  const total = ['all', '', String(clients), ...timesOf(result.all), '', '', ''];
  const missed = groups.filter(({ isMet }) => !isMet).length;
  return [
    `Rollout of the ${what} to ${clients} computers, announced on ${formatWeekTime(result.startsAtSeconds)} UTC; means of ${runs} runs with seed ${seed}.`,
    '',
    ...formatTable(
      ['LOCATION', 'WORKSPACE', 'COMPUTERS', 'FIRST START', 'HALF', '95 %', 'LAST', 'IN TIME', 'LIMIT', ''],
      [...rows, total],
    ),
    '',
    ...formatTable(['MOST CARRIED', 'KIND', 'DATA', 'PEAK MBIT/S'], busiest(loads)),
    '',
    `The last computer is ready after ${duration(result.all.readySeconds.last.mean)} (${bandOf(result.all.readySeconds.last)}).`,
    missed === 0 ? 'Every service level is met.' : `${missed} of ${groups.length} service levels are missed.`,
    ...(result.all.neverReady > 0
      ? [`${Math.round(result.all.neverReady)} computers are not ready within a year.`]
      : []),
  ];
}

/** An outage as lines of text. */
export function describeOutage(result: OutageResult): string[] {
  const { component, name, hours, startsAtSeconds, stopped, firstStopSeconds, lostHours, groups } = result;
  const stopping = groups.filter((group) => group.stopped > 0);
  const rows = stopping.map((group) => [
    group.location,
    group.workspace,
    String(group.users),
    String(group.stopped),
    after(group.firstStopSeconds),
    after(group.lastStopSeconds),
    group.lostHours.toFixed(1),
  ]);
  const headings = ['LOCATION', 'WORKSPACE', 'USERS', 'STOP', 'FIRST AFTER', 'LAST AFTER', 'HOURS LOST'];
  const table = formatTable(headings, rows);
  return [
    `The ${component} ${name} is down from ${formatWeekTime(startsAtSeconds)} UTC for ${hours} h.`,
    ...(table.length === 0 ? [] : ['', ...table, '']),
    firstStopSeconds === undefined
      ? `Nobody stops working; ${result.withoutContact} people have no contact.`
      : `${stopped} of ${result.withoutContact} people without contact stop working, the first after ${duration(firstStopSeconds)}; ${lostHours.toFixed(1)} hours of work are lost.`,
    ...(result.withoutImages > 0 ? [`${result.withoutImages} people get no new images.`] : []),
    ...(result.hasNoReports ? ['There are no reports.'] : []),
    ...(result.waitingEvents > 0
      ? [`${result.waitingEvents} events (${formatBytes(result.waitingBytes)}) wait on the clients.`]
      : []),
  ];
}

/** A year of events as lines of text. */
export function describeEvents(years: readonly EventYear[]): string[] {
  const rows = years.map((year) => [
    year.instance,
    String(year.clients),
    String(Math.round(year.events.mean)),
    formatBytes(year.peakBytes.mean),
    formatBytes(year.plannedBytes),
    percentOf(year.filledShare),
    year.meanWritesPerSecond.mean.toFixed(2),
    year.peakWritesPerSecond.mean.toFixed(2),
    year.peakOperationsPerSecond.mean.toFixed(2),
  ]);
  const headings = [
    'INSTANCE',
    'CLIENTS',
    'EVENTS',
    'SIZE',
    'PLANNED',
    'FILLED',
    'WRITES/S',
    'PEAK',
    'WITH REPORTS',
  ];
  return ['A year of events:', '', ...formatTable(headings, rows)];
}

function timesOf({ readySeconds, firstStartSeconds }: TimesOfClients): string[] {
  return [
    duration(firstStartSeconds.median.mean),
    ...(
      [readySeconds.median, readySeconds.p95, readySeconds.last] satisfies Distribution[keyof Distribution][]
    ).map(({ mean }) => duration(mean)),
  ];
}

function busiest(loads: RolloutResult['loads']): string[][] {
  return loads
    .toSorted((a, b) => b.totalBytes - a.totalBytes)
    .slice(0, loadsShown)
    .map(({ name, kind, totalBytes, peakMbitPerSecond }) => [
      name,
      { link: 'link', 'outward-link': 'link, outward', repository: 'repository' }[kind],
      formatBytes(totalBytes),
      peakMbitPerSecond.toFixed(1),
    ]);
}

function bandOf({ low, high }: Band): string {
  return low === high ? 'no chance in it' : `95 % band ${duration(low)} to ${duration(high)}`;
}

function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'never';
  // Less is the time of a request, which nobody waits for.
  return seconds < 1 ? 'at once' : formatDuration(seconds * 1000);
}

function after(seconds: number | undefined): string {
  return seconds === undefined ? '-' : duration(seconds);
}

/** Never rounded up to everybody. */
function percentOf(share: number): string {
  const percent = 100 * share;
  return `${(share < 1 ? Math.floor(percent * 10) / 10 : percent).toFixed(1)} %`;
}

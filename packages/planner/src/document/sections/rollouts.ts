import type { RolloutResult } from '../../simulation/index.ts';
import { drawLoads } from '../draw/loads.ts';
import { paragraph, section, table } from '../model/blocks.ts';
import type { Block, Prose, Section, Source } from '../model/plan-document.ts';
import { name, prose, quantity, words } from '../model/prose.ts';
import type { Sources } from '../model/sources.ts';

const titles = { initial: 'The first rollout', update: 'An update' } as const;

/** Rollouts as they were simulated: when people are ready, and what the links carry. */
export function rolloutsSection(rollouts: readonly RolloutResult[], sources: Sources): Section[] {
  if (rollouts.length === 0) return [];
  const inner = rollouts.map((rollout, at) =>
    section(`rollout-${rollout.kind}-${String.fromCodePoint(97 + (at % 26))}`, titles[rollout.kind], [
      introduction(rollout, sources),
      timesTable(rollout, sources),
      ...loadFigure(rollout, at, sources),
    ]),
  );
  return [section('rollouts', 'Simulated rollouts', [], inner)];
}

function sourceOf({ kind, seed, runs }: RolloutResult, sources: Sources, of: string): Source {
  return sources.own('document.simulation', of, [`rollout = ${kind}`, `seed = ${seed}`, `runs = ${runs}`]);
}

function introduction(rollout: RolloutResult, sources: Sources): Block {
  const { clients, runs, seed, all, kind } = rollout;
  const source = sourceOf(rollout, sources, 'rollout');
  const number = (value: number, unit: string): Prose => [quantity(value, unit, source)];
  return paragraph(
    prose`${number(clients, 'clients')}, ${number(runs, 'runs')} with chances of their own from seed ${number(seed, '')}. Half of the people are ready after ${number(all.readySeconds.median.mean, 's')}, ${number(95, '%')} after ${number(all.readySeconds.p95.mean, 's')}, the last after ${number(all.readySeconds.last.mean, 's')}. ${words(kind === 'initial' ? 'Ready means that all of the image is there; a guest starts earlier where the product can.' : 'Ready means that the new version can be started.')}`,
  );
}

function timesTable(rollout: RolloutResult, sources: Sources): Block {
  return table(
    'Time to ready, by location and workspace',
    [
      'Location',
      'Workspace',
      '#Clients',
      '#Median',
      '#Ninety-five in a hundred',
      '#Last',
      '#Acceptable',
      '#In time',
    ],
    rollout.groups.map((group) => {
      const source = sourceOf(rollout, sources, `${group.workspace} at ${group.location}`);
      const time = (seconds: number): Prose => [quantity(seconds, 's', source)];
      const { median, p95, last } = group.readySeconds;
      return [
        [name(group.location)],
        [name(group.workspace)],
        [quantity(Math.round(group.clients), '', source)],
        time(median.mean),
        time(p95.mean),
        time(last.mean),
        group.serviceLevelSeconds === undefined ? words('none') : time(group.serviceLevelSeconds),
        [quantity(group.shareInTime.mean * 100, '%', source)],
      ];
    }),
  );
}

function loadFigure(rollout: RolloutResult, at: number, sources: Sources): Block[] {
  const links = rollout.loads.filter(({ kind }) => kind === 'link');
  if (links.length === 0) return [];
  const source = sourceOf(rollout, sources, 'link load');
  return [
    {
      kind: 'figure',
      id: `load-${rollout.kind}-${String.fromCodePoint(97 + (at % 26))}`,
      caption: prose`What the busiest links carry, as parts of their peaks, from the announcement on`,
      drawing: drawLoads(links, source),
      description: links.map(
        ({ name: id, peakMbitPerSecond, totalBytes }) =>
          prose`${name(id)}: ${quantity(totalBytes, 'B', source)} in all, ${quantity(peakMbitPerSecond, 'Mbit/s', source)} at most.`,
      ),
    },
  ];
}

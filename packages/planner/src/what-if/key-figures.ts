import type { Design } from '../decisions/index.ts';

/** A number that plans are compared by. */
export interface KeyFigure {
  readonly name: string;
  /** As those of decisions; `s` and `B` are to be formatted for people. */
  readonly unit: string;
  readonly value: number;
}

/** What plans are compared by, in the same order for every design. */
export function keyFigures(design: Design): KeyFigure[] {
  const { cost, instances, repositories, distribution } = design;
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const most = (values: readonly number[]): number => Math.max(0, ...values);
  return [
    { name: 'instances', unit: '', value: instances.length },
    { name: 'clients', unit: '', value: sum(instances.map(({ clients }) => clients)) },
    {
      name: 'backup servers',
      unit: '',
      value: instances.filter(({ backupServer }) => backupServer.isNeeded).length,
    },
    { name: 'databases, together', unit: 'B', value: sum(instances.map(({ database }) => database.bytes)) },
    { name: 'repositories', unit: '', value: repositories.length },
    { name: 'repositories, together', unit: 'B', value: sum(repositories.map(({ diskBytes }) => diskBytes)) },
    {
      name: 'slowest first load',
      unit: 's',
      value: most(distribution.map((choice) => choice.initialLoadSeconds)),
    },
    { name: 'slowest update', unit: 's', value: most(distribution.map((choice) => choice.updateSeconds)) },
    {
      name: 'missed service levels',
      unit: '',
      value: sum(distribution.map(({ meets }) => Number(!meets.initialLoad) + Number(!meets.update))),
    },
    { name: 'cost, once', unit: cost.currency, value: cost.oneOff },
    { name: 'cost, a month', unit: cost.currency, value: cost.monthly },
    { name: 'cost, all months together', unit: cost.currency, value: cost.total },
  ];
}

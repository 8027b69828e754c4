import type { Design, InstanceDesign } from '../decisions/index.ts';
import type { Prose } from '../document/model/plan-document.ts';
import { joinProse, name, names, prose, quantity, statement, words } from '../document/model/prose.ts';
import { type Sources, sourcesOf } from '../document/model/sources.ts';
import type { Sheet } from '../sheets/index.ts';
import { type JobAid, sheetOf } from './job-aid.ts';

/** Job aid A-2 of the planning guide, server data: a row for each instance, as a sheet. */
export function jobAidA2(design: Design): Sheet {
  return sheetOf(serverData(design));
}

/** Job aid A-2 with where each number comes from. */
export function serverData(design: Design): JobAid {
  const sources = sourcesOf(design);
  return {
    name: 'A-2 Server data',
    columns: columns.map(({ title }) => title),
    rows: design.instances.map((instance) => columns.map(({ cell }) => cell(instance, sources))),
  };
}

/** The machine of a server in words. */
export function formFactor({ name: instance, server }: InstanceDesign, sources: Sources): Prose {
  const source = sources.decision('server.form-factor', instance);
  const cores = quantity(server.cores, 'cores', source);
  const clock = server.clockGhz > 0 ? prose` of ${quantity(server.clockGhz, 'GHz', source)}` : [];
  const memory = quantity(server.memoryGb, 'GB', source);
  const disk = quantity(server.diskBytes, 'B', source);
  return prose`${cores}${clock}, ${memory} of memory, ${disk} for workspaces`;
}

const columns: readonly {
  readonly title: string;
  readonly cell: (instance: InstanceDesign, sources: Sources) => Prose;
}[] = [
  { title: 'Instance name', cell: (instance) => [name(instance.name)] },
  {
    title: 'Reason for the instance',
    cell: ({ name: instance, because }, sources) => [
      statement(because, sources.decision('instances.reason', instance)),
    ],
  },
  {
    title: 'Server form factor and location',
    cell: (instance, sources) =>
      prose`${formFactor(instance, sources)}; at ${name(instance.server.location)}`,
  },
  {
    title: 'Backup server form factor',
    cell: (instance, sources) =>
      instance.backupServer.isNeeded
        ? prose`as the server: ${formFactor(instance, sources)}`
        : prose`none: ${statement(instance.backupServer.because, sources.decision('server.backup', instance.name))}`,
  },
  {
    title: 'Database location',
    cell: ({ database }) =>
      prose`${name(database.location)}, ${words(database.placement === 'separate' ? 'on a machine of its own' : 'on the server')}`,
  },
  {
    title: 'Database size',
    cell: ({ name: instance, database }, sources) => [
      quantity(database.bytes, 'B', sources.decision('database.size', instance)),
    ],
  },
  {
    title: 'Log shipping',
    cell: ({ database }) => words(database.hasStandby ? 'yes, to a warm standby' : 'no'),
  },
  {
    title: 'Number of consoles',
    cell: ({ name: instance, consoles }, sources) => [
      quantity(
        consoles.reduce((sum, { count }) => sum + count, 0),
        '',
        sources.decision('consoles', instance),
      ),
    ],
  },
  {
    title: 'Location of consoles',
    cell: ({ name: instance, consoles }, sources) =>
      joinProse(
        consoles.map(
          ({ location, count }) =>
            prose`${names([location])} ${quantity(count, '', sources.decision('consoles', instance))}`,
        ),
        ', ',
      ),
  },
  {
    title: 'Console form factor',
    cell: ({ name: instance, consoleFormFactor }, sources) => [
      statement(consoleFormFactor, sources.decision('consoles', instance)),
    ],
  },
];

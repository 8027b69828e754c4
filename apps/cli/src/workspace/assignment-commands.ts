import { type AssignmentSettings, fail, type Principal, routes } from '@carrel/contract';
import { type Command, InvalidArgumentError } from 'commander';
import { allItems, createFinder, type Finder, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';

interface PrincipalOptions {
  readonly user?: string;
  readonly group?: string;
}

interface AssignOptions extends PrincipalOptions {
  readonly deny?: true;
  readonly expires?: string;
  readonly timeZone?: string;
  readonly offlineHours?: number;
  readonly json?: true;
}

/** `carrel workspace assign` and `unassign`. */
export function registerAssignmentCommands(workspace: Command, context: CliContext): void {
  workspace
    .command('assign')
    .description('Grant a workspace to a user or group, or deny it')
    .argument('<name>', 'the workspace')
    .option('--user <user-name>')
    .option('--group <name>')
    .option('--deny', 'deny instead of granting; a denial beats every grant')
    .option('--expires <date>', 'last day of use, YYYY-MM-DD')
    .option('--time-zone <zone>', 'where that day ends, such as Europe/Berlin')
    .option('--offline-hours <hours>', 'hours of use without contact; 0 forbids offline use', parseHours)
    .option('--json', 'print the assignment as one JSON line')
    .addHelpText(
      'after',
      '\nExamples:\n  carrel workspace assign Accounting --group Accountants --offline-hours 72\n  carrel workspace assign Accounting --user ada --expires 2027-03-31',
    )
    .action(async (name: string, options: AssignOptions) => {
      await using server = await openServer(context);
      const find = createFinder(server.api, context.signal);
      const { id } = await find.workspace(name);
      const made = await server.api.call(routes.putAssignment, {
        params: { workspaceId: id },
        body: {
          principal: await principalOf(find, options),
          effect: options.deny ? 'deny' : 'allow',
          settings: settingsOf(options),
        },
        signal: context.signal,
      });
      const verb = made.effect === 'deny' ? 'denied to' : 'granted to';
      if (options.json) context.terminal.out(JSON.stringify(made));
      else context.terminal.note(`${name} is ${verb} ${made.principal.kind} ${made.principalName}.`);
    });
  workspace
    .command('unassign')
    .description('Take an assignment back')
    .argument('<name>', 'the workspace')
    .option('--user <user-name>')
    .option('--group <name>')
    .action(async (name: string, options: PrincipalOptions) => {
      await using server = await openServer(context);
      const find = createFinder(server.api, context.signal);
      const params = { workspaceId: (await find.workspace(name)).id };
      const principal = await principalOf(find, options);
      const list = allItems((query) =>
        server.api.call(routes.listAssignments, { params, query, signal: context.signal }),
      );
      for await (const item of list) {
        if (item.principal.id !== principal.id) continue;
        const one = { ...params, assignmentId: item.id };
        await server.api.call(routes.deleteAssignment, { params: one, signal: context.signal });
        context.terminal.note(`${name} is taken back from ${item.principalName}.`);
        return;
      }
      throw fail('NOT_FOUND', { kind: 'assignment of', id: options.user ?? options.group ?? '' });
    });
}

async function principalOf(find: Finder, options: PrincipalOptions): Promise<Principal> {
  if (options.user !== undefined && options.group === undefined) {
    return { kind: 'user', id: (await find.user(options.user)).id };
  }
  if (options.group !== undefined && options.user === undefined) {
    return { kind: 'group', id: (await find.group(options.group)).id };
  }
  throw fail('USAGE', { reason: 'Name either --user or --group.', command: 'carrel workspace assign' });
}

function settingsOf(options: AssignOptions): Partial<AssignmentSettings> {
  return {
    ...(options.expires === undefined ? {} : { expiresOn: options.expires }),
    ...(options.timeZone === undefined ? {} : { timeZone: options.timeZone }),
    ...(options.offlineHours === undefined ? {} : { offlineLimitHours: options.offlineHours }),
  };
}

function parseHours(text: string): number {
  const hours = Number(text);
  if (!Number.isInteger(hours) || hours < 0)
    throw new InvalidArgumentError('Expected a whole number from 0.');
  return hours;
}

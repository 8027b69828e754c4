import { routes } from '@carrel/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { allItems, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';

interface ActivityOptions {
  readonly severity?: 'information' | 'warning' | 'error';
  readonly code?: string;
  readonly user?: string;
  readonly host?: string;
  readonly limit: number;
  readonly json?: true;
}

/** `carrel report …`. */
export function registerReportCommands(program: Command, context: CliContext): void {
  const report = program.command('report').description('What happened, and how things are');
  report
    .command('status')
    .description('Every workspace on every device')
    .option('--json', 'print one JSON line a row')
    .action(async (options: { json?: true }) => {
      await using server = await openServer(context);
      await printList(context.terminal, statusRows(server.api, context.signal), {
        isJson: options.json === true,
        whenEmpty: 'No device holds a workspace yet.',
        columns: [
          { heading: 'TIME', value: (row) => row.time },
          { heading: 'USER', value: (row) => row.user },
          { heading: 'HOST', value: (row) => row.host },
          { heading: 'WORKSPACE', value: (row) => row.workspace },
          { heading: 'STATE', value: (row) => row.state },
          { heading: 'VERSION', value: (row) => row.imageVersion },
          { heading: 'OFFLINE', value: (row) => (row.isReadyOffline ? 'ready' : 'no') },
        ],
      });
    });
  for (const [name, description, severity] of [
    ['activity', 'Events, newest first', undefined],
    ['errors', 'Events of severity error, newest first', 'error'],
  ] as const) {
    const command = report
      .command(name)
      .description(description)
      .option('--code <code>', 'only this event, such as WORKSPACE-002')
      .option('--user <text>', 'part of the user name')
      .option('--host <text>', 'part of the host name')
      .option('--limit <count>', 'how many at most', parseLimit, 100)
      .option('--json', 'print one JSON line an event');
    if (severity === undefined) {
      command.addOption(new Option('--severity <severity>').choices(['information', 'warning', 'error']));
    }
    command.action((options: ActivityOptions) =>
      printEvents(context, { ...options, ...(severity === undefined ? {} : { severity }) }),
    );
  }
}

async function printEvents(context: CliContext, options: ActivityOptions): Promise<void> {
  await using server = await openServer(context);
  const filter = {
    limit: Math.min(options.limit, 1000),
    ...(options.severity === undefined ? {} : { severity: options.severity }),
    ...(options.code === undefined ? {} : { code: options.code }),
    ...(options.user === undefined ? {} : { user: options.user }),
    ...(options.host === undefined ? {} : { hostName: options.host }),
  };
  const items = allItems(
    (page) => server.api.call(routes.listEvents, { query: { ...filter, ...page }, signal: context.signal }),
    options.limit,
  );
  await printList(context.terminal, items, {
    isJson: options.json === true,
    whenEmpty: 'No such event.',
    columns: [
      { heading: 'RECEIVED', value: (event) => event.receivedTime },
      { heading: 'CODE', value: (event) => event.code },
      { heading: 'SEVERITY', value: (event) => event.severity },
      { heading: 'HOST', value: (event) => event.hostName },
      { heading: 'USER', value: (event) => event.user },
      { heading: 'EVENT', value: (event) => event.message },
    ],
  });
}

async function* statusRows(api: Awaited<ReturnType<typeof openServer>>['api'], signal: AbortSignal) {
  for await (const device of allItems((query) => api.call(routes.listDevices, { query, signal }))) {
    for (const item of device.workspaces) {
      yield {
        time: device.lastContactAt,
        user: item.userName,
        host: device.inventory.hostName,
        workspace: item.workspaceName,
        state: item.state,
        runningSince: item.runningSince,
        imageVersion: item.imageVersion,
        isReadyOffline: item.isReadyOffline,
        agentVersion: device.inventory.agentVersion,
      };
    }
  }
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1)
    throw new InvalidArgumentError('Expected a whole number from 1.');
  return limit;
}

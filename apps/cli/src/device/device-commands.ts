import { type Device, routes } from '@carrel/contract';
import { formatBytes } from '@carrel/kit';
import { type Command, Option } from 'commander';
import { allItems, createFinder, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';
import { registerActionCommands } from './action-commands.ts';
import { findDevice, nameOf } from './find-device.ts';
import { registerStateCommands } from './state-commands.ts';
import { registerTokenCommands } from './token-commands.ts';

interface ListOptions {
  readonly search?: string;
  readonly state?: Device['state'];
  readonly online?: true;
  readonly offline?: true;
  readonly tag?: string;
  readonly workspace?: string;
  readonly user?: string;
  readonly agentVersion?: string;
  readonly json?: true;
}

/** `carrel device …`. */
export function registerDeviceCommands(program: Command, context: CliContext): void {
  const device = program.command('device').description('Enrolled computers');
  device
    .command('list')
    .description('List devices and what runs on them')
    .option('--search <text>', 'part of the name, host name, notes or a tag')
    .addOption(new Option('--state <state>').choices(['pending', 'active', 'revoked']))
    .addOption(new Option('--online', 'only those in contact').conflicts('offline'))
    .option('--offline', 'only those out of contact')
    .option('--tag <tag>', 'only those with the tag')
    .option('--workspace <name>', 'only those with a lease for the workspace')
    .option('--user <user-name>', 'only those with a lease for the user')
    .option('--agent-version <version>', 'only those with this agent')
    .option('--json', 'print one JSON line a device')
    .addHelpText(
      'after',
      '\nExamples:\n  carrel device list --state pending\n  carrel device list --offline --workspace Accounting',
    )
    .action((options: ListOptions) => listDevices(context, options));
  device
    .command('show')
    .description('Show one device')
    .argument('<device>', 'name, host name or id')
    .option('--json', 'print the device as one JSON line')
    .addHelpText('after', '\nExample:\n  carrel device show desk-17')
    .action(async (text: string, options: { json?: true }) => {
      await using server = await openServer(context);
      const found = await findDevice(server.api, text, context.signal);
      if (options.json) context.terminal.out(JSON.stringify(found));
      else for (const line of describe(found)) context.terminal.out(line);
    });
  registerTokenCommands(device, context);
  registerStateCommands(device, context);
  registerActionCommands(device, context);
}

async function listDevices(context: CliContext, options: ListOptions): Promise<void> {
  await using server = await openServer(context);
  const find = createFinder(server.api, context.signal);
  const { search, state, tag, workspace, user, agentVersion } = options;
  const filter = {
    ...(search === undefined ? {} : { search }),
    ...(state === undefined ? {} : { state }),
    ...(options.online ? { isOnline: 'true' as const } : {}),
    ...(options.offline ? { isOnline: 'false' as const } : {}),
    ...(tag === undefined ? {} : { tag }),
    ...(agentVersion === undefined ? {} : { agentVersion }),
    ...(workspace === undefined ? {} : { workspaceId: (await find.workspace(workspace)).id }),
    ...(user === undefined ? {} : { userId: (await find.user(user)).id }),
  };
  const items = allItems((page) =>
    server.api.call(routes.listDevices, { query: { ...filter, ...page }, signal: context.signal }),
  );
  await printList(context.terminal, items, {
    isJson: options.json === true,
    whenEmpty:
      Object.keys(filter).length > 0
        ? 'No such device.'
        : 'No computer is enrolled yet. Make a token: carrel device token',
    columns: [
      { heading: 'DEVICE', value: (item) => item.id },
      { heading: 'NAME', value: nameOf },
      { heading: 'STATE', value: stateOf },
      { heading: 'LAST CONTACT', value: (item) => item.lastContactAt },
      { heading: 'TO DO', value: (item) => (item.openActionCount === 0 ? null : item.openActionCount) },
      { heading: 'WORKSPACES', value: workspacesOf },
    ],
  });
}

function stateOf(device: Device): string {
  if (device.state !== 'active') return device.state;
  return device.isOnline ? 'online' : 'offline';
}

function workspacesOf(device: Device): string {
  return device.workspaces.map((item) => `${item.workspaceName} (${item.state})`).join(', ') || '-';
}

function describe(device: Device): string[] {
  const { inventory, name } = device;
  return [
    `${nameOf(device)}  ${stateOf(device)}`,
    ...(name === null ? [] : [`  host name     ${inventory.hostName}`]),
    `  id            ${device.id}`,
    `  enrolled      ${device.enrolledAt}${device.enrolledBy === null ? '' : ` by ${device.enrolledBy}`}`,
    `  last contact  ${device.lastContactAt ?? 'never'}`,
    `  system        ${inventory.operatingSystem}, ${inventory.cpuCount} CPUs, ${inventory.memoryMiB} MiB, ${inventory.accelerator}`,
    `  free space    ${formatBytes(inventory.storeFreeBytes)}`,
    `  agent         ${inventory.agentVersion}`,
    ...(device.tags.length === 0 ? [] : [`  tags          ${device.tags.join(', ')}`]),
    ...(device.notes === '' ? [] : [`  notes         ${device.notes}`]),
    ...(device.openActionCount === 0
      ? []
      : [`  to do         ${device.openActionCount} (carrel device actions)`]),
    ...device.workspaces.map(
      (item) => `  workspace     ${item.workspaceName} for ${item.userName}: ${item.state}`,
    ),
  ];
}

import { type Device, routes } from '@carrel/contract';
import { formatBytes } from '@carrel/kit';
import { type Command, InvalidArgumentError } from 'commander';
import { allItems, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';

interface TokenOptions {
  readonly uses: number;
  readonly validHours: number;
  readonly note: string;
  readonly json?: true;
}

/** `carrel device …`. */
export function registerDeviceCommands(program: Command, context: CliContext): void {
  const device = program.command('device').description('Enrolled computers');
  device
    .command('list')
    .description('List devices and what runs on them')
    .option('--json', 'print one JSON line a device')
    .action(async (options: { json?: true }) => {
      await using server = await openServer(context);
      const items = allItems((page) =>
        server.api.call(routes.listDevices, { query: page, signal: context.signal }),
      );
      await printList(context.terminal, items, {
        isJson: options.json === true,
        whenEmpty: 'No computer is enrolled yet. Make a token: carrel device token',
        columns: [
          { heading: 'DEVICE', value: (item) => item.id },
          { heading: 'HOST', value: (item) => item.inventory.hostName },
          { heading: 'STATE', value: stateOf },
          { heading: 'LAST CONTACT', value: (item) => item.lastContactAt },
          { heading: 'WORKSPACES', value: workspacesOf },
        ],
      });
    });
  device
    .command('show')
    .description('Show one device')
    .argument('<device-id>')
    .option('--json', 'print the device as one JSON line')
    .action(async (deviceId: string, options: { json?: true }) => {
      await using server = await openServer(context);
      const found = await server.api.call(routes.getDevice, { params: { deviceId }, signal: context.signal });
      if (options.json) context.terminal.out(JSON.stringify(found));
      else for (const line of describe(found)) context.terminal.out(line);
    });
  device
    .command('token')
    .description('Make a token that enrols computers; it is shown this once')
    .option('--uses <count>', 'how many computers may use it', parseCount, 1)
    .option('--valid-hours <hours>', 'how long it is valid', parseCount, 24)
    .option('--note <text>', 'what it is for', '')
    .option('--json', 'print the token as one JSON line')
    .addHelpText(
      'after',
      '\nExample:\n  carrel device token --uses 30 --valid-hours 72 --note "Accounting, second floor"',
    )
    .action((options: TokenOptions) => makeToken(context, options));
  device
    .command('revoke')
    .description('Revoke a device: it gets no more leases and stops its workspaces at its next contact')
    .argument('<device-id>')
    .action(async (deviceId: string) => {
      await using server = await openServer(context);
      const revoked = await server.api.call(routes.revokeDevice, {
        params: { deviceId },
        signal: context.signal,
      });
      context.terminal.note(`${revoked.inventory.hostName} is revoked.`);
    });
}

async function makeToken(context: CliContext, options: TokenOptions): Promise<void> {
  await using server = await openServer(context);
  const made = await server.api.call(routes.createEnrolmentToken, {
    body: { maximumUses: options.uses, validForHours: options.validHours, note: options.note },
    signal: context.signal,
  });
  if (options.json) {
    context.terminal.out(JSON.stringify(made));
    return;
  }
  context.terminal.out(made.token);
  context.terminal.note(`Valid for ${made.maximumUses} computers until ${made.expiresAt}. On each, as root:`);
  const { authorityFingerprint } = await server.api.call(routes.getInstance, { signal: context.signal });
  const trust = `--ca-fingerprint ${authorityFingerprint}`;
  context.terminal.note(`  carrel agent enrol ${server.connection.server} --token-file FILE ${trust}`);
}

function stateOf(device: Device): string {
  if (device.state === 'revoked') return 'revoked';
  return device.isOnline ? 'online' : 'offline';
}

function workspacesOf(device: Device): string {
  return device.workspaces.map((item) => `${item.workspaceName} (${item.state})`).join(', ') || '-';
}

function describe(device: Device): string[] {
  const { inventory } = device;
  return [
    `${inventory.hostName}  ${stateOf(device)}`,
    `  enrolled      ${device.enrolledAt}`,
    `  last contact  ${device.lastContactAt ?? 'never'}`,
    `  system        ${inventory.operatingSystem}, ${inventory.cpuCount} CPUs, ${inventory.memoryMiB} MiB, ${inventory.accelerator}`,
    `  free space    ${formatBytes(inventory.storeFreeBytes)}`,
    `  agent         ${inventory.agentVersion}`,
    ...device.workspaces.map(
      (item) => `  workspace     ${item.workspaceName} for ${item.userName}: ${item.state}`,
    ),
  ];
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError('Expected a whole number from 1.');
  return count;
}

import { type Device, routes } from '@carrel/contract';
import type { Command } from 'commander';
import { allItems, createFinder, type OpenServer, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { confirmName } from '../terminal/confirm-name.ts';
import { printList } from '../terminal/print-list.ts';
import { findDevice, nameOf } from './find-device.ts';
import { parseCount } from './token-commands.ts';

interface ActionOptions {
  readonly workspace?: string;
  readonly user?: string;
  readonly validHours: number;
  readonly yes?: true;
  readonly json?: true;
}

const kinds = {
  lock: 'Lock the desktops on a device',
  stop: 'End the desktops on a device as their policy says',
  reset: 'Take a workspace on a device back to its image',
  'rotate-keys': 'Have a device replace its keys',
  wipe: 'Destroy the keys and every workspace on a device; it must be enrolled again',
} as const;

type Kind = keyof typeof kinds;

/** What devices are told to do: `carrel device lock|stop|reset|rotate-keys|wipe|actions|cancel-action`. */
export function registerActionCommands(device: Command, context: CliContext): void {
  for (const kind of Object.keys(kinds) as Kind[]) registerKind(device, context, kind);
  device
    .command('actions')
    .description('List what a device was told to do and how it went, newest first')
    .argument('<device>', 'name, host name or id')
    .option('--json', 'print one JSON line an action')
    .addHelpText('after', '\nExample:\n  carrel device actions desk-17')
    .action(async (text: string, options: { json?: true }) => {
      await using server = await openServer(context);
      const { id: deviceId } = await findDevice(server.api, text, context.signal);
      const items = allItems((query) =>
        server.api.call(routes.listDeviceActions, { params: { deviceId }, query, signal: context.signal }),
      );
      await printList(context.terminal, items, {
        isJson: options.json === true,
        whenEmpty: 'It was told nothing yet.',
        columns: [
          { heading: 'ACTION', value: (item) => item.id },
          { heading: 'WHAT', value: (item) => item.kind },
          { heading: 'STATE', value: (item) => (item.code ? `${item.state} (${item.code})` : item.state) },
          { heading: 'BY', value: (item) => item.createdBy },
          { heading: 'QUEUED', value: (item) => item.createdAt },
          { heading: 'DELIVERED', value: (item) => item.deliveredAt },
          { heading: 'ENDED', value: (item) => item.endedAt },
        ],
      });
    });
  device
    .command('cancel-action')
    .description('Take back what a device has not heard of yet')
    .argument('<device>', 'name, host name or id')
    .argument('<action-id>', 'as carrel device actions shows it')
    .addHelpText('after', '\nExample:\n  carrel device cancel-action desk-17 0190a000-…')
    .action(async (text: string, actionId: string) => {
      await using server = await openServer(context);
      const { id: deviceId } = await findDevice(server.api, text, context.signal);
      const params = { deviceId, actionId };
      const action = await server.api.call(routes.cancelDeviceAction, { params, signal: context.signal });
      context.terminal.note(`${action.kind} is off.`);
    });
}

function registerKind(device: Command, context: CliContext, kind: Kind): void {
  const command = device
    .command(kind)
    .description(`${kinds[kind]} when it next makes contact`)
    .argument('<device>', 'name, host name or id')
    .option('--valid-hours <hours>', 'not any more when it was away for longer', parseCount, 168)
    .option('--json', 'print the action as one JSON line');
  if (kind === 'reset') command.requiredOption('--workspace <name>', 'the workspace');
  if (kind === 'lock' || kind === 'stop') command.option('--workspace <name>', 'only this workspace');
  if (kind === 'lock' || kind === 'stop' || kind === 'reset') {
    command.option('--user <user-name>', 'only for this user');
  }
  if (kind === 'wipe') command.option('--yes', 'do not ask for the name of the device');
  const extra = kind === 'reset' ? ' --workspace Accounting' : '';
  command
    .addHelpText('after', `\nExample:\n  carrel device ${kind} desk-17${extra}`)
    .action((text: string, options: ActionOptions) => queue(context, kind, text, options));
}

async function queue(context: CliContext, kind: Kind, text: string, options: ActionOptions): Promise<void> {
  await using server = await openServer(context);
  const device = await findDevice(server.api, text, context.signal);
  if (kind === 'wipe') {
    const what = 'Every workspace on it is lost, with what was not saved elsewhere.';
    const question = { what, name: nameOf(device), command: 'carrel device wipe' };
    await confirmName(context, question, options.yes === true);
  }
  const action = await server.api.call(routes.queueDeviceAction, {
    params: { deviceId: device.id },
    body: await bodyOf(context, server, kind, options),
    signal: context.signal,
  });
  if (options.json) context.terminal.out(JSON.stringify(action));
  else context.terminal.note(outlookOf(device, kind));
}

async function bodyOf(context: CliContext, server: OpenServer, kind: Kind, options: ActionOptions) {
  const { validHours: validForHours, workspace, user } = options;
  if (kind === 'rotate-keys' || kind === 'wipe') return { kind, validForHours };
  const find = createFinder(server.api, context.signal);
  const workspaceId = workspace === undefined ? null : (await find.workspace(workspace)).id;
  const userId = user === undefined ? null : (await find.user(user)).id;
  if (kind !== 'reset') return { kind, workspaceId, userId, validForHours };
  return { kind, workspaceId: workspaceId ?? '', userId, validForHours };
}

function outlookOf(device: Device, kind: Kind): string {
  const when = device.isOnline
    ? 'at its next contact'
    : `when it is back (last seen ${device.lastContactAt ?? 'never'})`;
  return `${nameOf(device)} is told to ${kind} ${when}.`;
}

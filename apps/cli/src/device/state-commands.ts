import { type Device, routes } from '@carrel/contract';
import type { Command } from 'commander';
import { openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { confirmName } from '../terminal/confirm-name.ts';
import { findDevice, nameOf } from './find-device.ts';

interface SetOptions {
  readonly name?: string;
  readonly notes?: string;
  readonly tag?: string[];
  readonly json?: true;
}

/** What a device is and is called: `carrel device set|approve|revoke|forget`. */
export function registerStateCommands(device: Command, context: CliContext): void {
  device
    .command('set')
    .description('Name a device, note something about it, tag it')
    .argument('<device>', 'name, host name or id')
    .option('--name <name>', 'what it is called; empty for its host name')
    .option('--notes <text>', 'whatever should be known of it')
    .option('--tag <tag...>', 'its tags, in place of those it has')
    .option('--json', 'print the device as one JSON line')
    .addHelpText(
      'after',
      '\nExample:\n  carrel device set desk-17 --name "Front desk" --tag "floor 2" loaner',
    )
    .action((text: string, options: SetOptions) => setDevice(context, text, options));
  for (const [name, description, done] of [
    ['approve', 'Let a device that waits for approval work', 'may work'],
    [
      'revoke',
      'Revoke a device: it gets no more leases and stops its workspaces at its next contact',
      'is revoked',
    ],
  ] as const) {
    device
      .command(name)
      .description(description)
      .argument('<device>', 'name, host name or id')
      .option('--json', 'print the device as one JSON line')
      .addHelpText('after', `\nExample:\n  carrel device ${name} desk-17`)
      .action(async (text: string, options: { json?: true }) => {
        await using server = await openServer(context);
        const { id: deviceId } = await findDevice(server.api, text, context.signal);
        const route = name === 'approve' ? routes.approveDevice : routes.revokeDevice;
        const changed = await server.api.call(route, { params: { deviceId }, signal: context.signal });
        show(context, changed, done, options.json === true);
      });
  }
  device
    .command('forget')
    .description('Remove a revoked or waiting device from the list; its events stay')
    .argument('<device>', 'name, host name or id')
    .option('--yes', 'do not ask for the name of the device')
    .addHelpText('after', '\nExample:\n  carrel device forget desk-17')
    .action(async (text: string, options: { yes?: true }) => {
      await using server = await openServer(context);
      const found = await findDevice(server.api, text, context.signal);
      const what = 'What was noted of it, and what it was told to do, is lost.';
      const question = { what, name: nameOf(found), command: 'carrel device forget' };
      await confirmName(context, question, options.yes === true);
      await server.api.call(routes.forgetDevice, {
        params: { deviceId: found.id },
        signal: context.signal,
      });
      context.terminal.note(`${nameOf(found)} is forgotten.`);
    });
}

async function setDevice(context: CliContext, text: string, options: SetOptions): Promise<void> {
  await using server = await openServer(context);
  const { id: deviceId } = await findDevice(server.api, text, context.signal);
  const { name, notes, tag } = options;
  const changed = await server.api.call(routes.changeDevice, {
    params: { deviceId },
    body: {
      ...(name === undefined ? {} : { name: name === '' ? null : name }),
      ...(notes === undefined ? {} : { notes }),
      ...(tag === undefined ? {} : { tags: tag }),
    },
    signal: context.signal,
  });
  show(context, changed, 'is noted', options.json === true);
}

function show(context: CliContext, device: Device, done: string, isJson: boolean): void {
  if (isJson) context.terminal.out(JSON.stringify(device));
  else context.terminal.note(`${nameOf(device)} ${done}.`);
}

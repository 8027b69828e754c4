import { fail, routes, type SessionEntry } from '@carrel/contract';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';
import { createFinder } from './find.ts';
import { type OpenServer, openServer } from './open-server.ts';

interface EndOptions {
  readonly user?: string;
  readonly json?: true;
}

/** `carrel session …`. */
export function registerSessionCommands(program: Command, context: CliContext): void {
  const session = program.command('session').description('Where you are signed in');
  session
    .command('list')
    .description('List your open sessions')
    .option('--json', 'print one JSON line a session')
    .addHelpText('after', '\nExample:\n  carrel session list')
    .action(async ({ json }: { json?: true }) => {
      await using server = await openServer(context);
      await printList(context.terminal, sessionsOf(server, context), {
        isJson: json === true,
        whenEmpty: 'You are signed in nowhere.',
        columns: [
          { heading: 'ID', value: (item) => item.id },
          { heading: 'FROM', value: (item) => item.address },
          { heading: 'IN', value: (item) => (item.transport === 'cookie' ? 'browser' : 'program') },
          { heading: 'BY', value: (item) => item.provider ?? 'password' },
          { heading: 'LAST USED', value: (item) => item.lastUsedAt },
          { heading: 'ENDS', value: (item) => item.expiresAt },
          { heading: '', value: (item) => (item.isCurrent ? 'this one' : '') },
        ],
      });
    });
  session
    .command('end')
    .description('End one of your sessions, or all of somebody else')
    .argument('[id]', 'of one of your own, as carrel session list shows it')
    .option('--user <name>', 'end all sessions of this user, for administrators')
    .option('--json', 'print the number of ended sessions as one JSON line')
    .addHelpText(
      'after',
      '\nExamples:\n  carrel session end 019a5c1e-8f0b-7c3d-9a51-2b6f0c1d4e7a\n  carrel session end --user ada',
    )
    .action((id: string | undefined, options: EndOptions) => end(context, id, options));
}

async function end(context: CliContext, sessionId: string | undefined, options: EndOptions): Promise<void> {
  const { user: userName, json } = options;
  if ((sessionId === undefined) === (userName === undefined)) {
    throw fail('USAGE', { reason: 'Name one session, or give --user.', command: 'carrel session end' });
  }
  await using server = await openServer(context);
  const ended =
    sessionId === undefined
      ? await endAllOf(server, context, userName ?? '')
      : await endOne(server, context, sessionId);
  if (json) context.terminal.out(JSON.stringify({ ended }));
  else context.terminal.note(ended === 1 ? 'One session ended.' : `${ended} sessions ended.`);
}

async function endOne(server: OpenServer, { signal }: CliContext, sessionId: string): Promise<number> {
  await server.api.call(routes.endSession, { params: { sessionId }, signal });
  return 1;
}

async function endAllOf(server: OpenServer, { signal }: CliContext, userName: string): Promise<number> {
  const { id: userId } = await createFinder(server.api, signal).user(userName);
  return (await server.api.call(routes.endUserSessions, { params: { userId }, signal })).ended;
}

async function* sessionsOf(server: OpenServer, { signal }: CliContext): AsyncGenerator<SessionEntry> {
  const { items } = await server.api.call(routes.listSessions, { signal });
  yield* items;
}

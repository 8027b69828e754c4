import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { imageVersionSchema, storedEventSchema, workspaceStatusSchema } from '@carrel/contract';
import { agentStatusSchema } from '@carrel/contract/agent-api';
import { formatBytes, systemClock } from '@carrel/kit';
import { z } from 'zod';
import { buildConsole } from './build-console.ts';
import { type Carrel, CommandFailed, createCarrel, endProgram } from './carrel.ts';
import { paths } from './paths.ts';
import type { Say } from './say.ts';
import { ensurePassword, exists, readPort, writeWhole } from './settings.ts';

const workspace = 'Tiny';
const user = 'demo';

const runningServerSchema = z.object({ url: z.string(), authorityFingerprint: z.string() });
type RunningServer = z.infer<typeof runningServerSchema>;

export interface EvaluationResult {
  /** From the start of QEMU until the agent in the guest answered. */
  readonly guestBootSeconds: number;
  readonly imageBytes: number;
  /** Downloaded from the repository so far. */
  readonly bytesFetched: number;
  /** Events the server has committed. */
  readonly eventsStored: number;
  readonly consoleUrl: string;
}

export interface EvaluationOptions {
  readonly say: Say;
  readonly signal: AbortSignal;
  readonly isExitingAfterBoot: boolean;
  readonly onBooted: (result: EvaluationResult) => void;
}

/** Runs the evaluation instance: makes what is missing, boots the guest, then waits to be stopped. */
export async function evaluate(options: EvaluationOptions): Promise<void> {
  const { say, signal } = options;
  const carrel = createCarrel(say, signal);
  await using stack = new AsyncDisposableStack();

  say.step('The console');
  say.line((await buildConsole()) ? 'Built.' : 'Built already.');

  const server = await startServer(carrel, say, stack);
  const { url } = server;
  await publishTinyImage(carrel, say, url);
  await grantWorkspace(carrel, say);
  await startAgent(carrel, say, stack, server);
  const result = await bootGuest(carrel, say, stack, url);
  options.onBooted(result);
  if (options.isExitingAfterBoot) return;
  await sayWhatNext(say, url);
  if (!signal.aborted) await once(signal, 'abort');
  say.step('Stopping the workspace, the agent and the server');
}

async function startServer(carrel: Carrel, say: Say, stack: AsyncDisposableStack): Promise<RunningServer> {
  say.step('The management server, on an embedded database');
  const port = await readPort();
  await ensurePassword(paths.adminPassword);
  if (!(await exists(`${paths.server}/instance.json`))) {
    await carrel.run([
      'server',
      'init',
      '--data',
      paths.server,
      '--admin-password-file',
      paths.adminPassword,
    ]);
  }
  const { line, child } = await carrel.start(
    ['server', 'run', '--data', paths.server, '--port', String(port), '--json'],
    paths.serverLog,
  );
  stack.defer(() => endProgram(child));
  const ready = runningServerSchema.parse(JSON.parse(line));
  const fingerprint = ['--ca-fingerprint', ready.authorityFingerprint];
  await carrel.run([
    'login',
    ready.url,
    '--user',
    'admin',
    '--password-file',
    paths.adminPassword,
    ...fingerprint,
  ]);
  await writeWhole(
    paths.environment,
    `export XDG_CONFIG_HOME='${paths.config}' CARREL_AGENT_DATA='${paths.agent}'\n`,
  );
  return ready;
}

async function publishTinyImage(carrel: Carrel, say: Say, url: string): Promise<void> {
  say.step('A small bootable image: built, packed, published');
  const images = await carrel.run(['image', 'list', '--json']);
  if (images.some((line) => z.object({ name: z.string() }).parse(JSON.parse(line)).name === 'tiny')) {
    say.line('Published already.');
    return;
  }
  const reference = `${url}/tiny:1`;
  if (!(await exists(paths.disk))) await carrel.run(['image', 'build', paths.recipe, '-o', paths.disk]);
  await carrel.run(['image', 'pack', paths.disk, '--to', reference]);
  await carrel.run(['image', 'publish', reference, '--as', 'tiny', '--channel', 'production']);
}

async function grantWorkspace(carrel: Carrel, say: Say): Promise<void> {
  say.step('A user, and a workspace granted to them');
  await ensurePassword(paths.userPassword);
  const users = await carrel.run(['user', 'list', '--json']);
  if (!users.some((line) => z.object({ userName: z.string() }).parse(JSON.parse(line)).userName === user)) {
    await carrel.run([
      'user',
      'add',
      user,
      '--password-file',
      paths.userPassword,
      '--display-name',
      'Demo user',
    ]);
  }
  await carrel.run(['workspace', 'apply', '-f', `${paths.root}/examples/tiny-workspace.yaml`]);
  await carrel.run(['workspace', 'assign', workspace, '--user', user]);
}

async function startAgent(
  carrel: Carrel,
  say: Say,
  stack: AsyncDisposableStack,
  server: RunningServer,
): Promise<void> {
  say.step('This computer as an enrolled device');
  if (!(await exists(`${paths.agent}/enrolment.json`))) {
    const [line = ''] = await carrel.run(['device', 'token', '--json']);
    const { token } = z.object({ token: z.string() }).parse(JSON.parse(line));
    const trust = ['--ca-fingerprint', server.authorityFingerprint];
    const secrets = { CARREL_ENROLMENT_TOKEN: token };
    await carrel.run(['agent', 'enrol', server.url, '--data', paths.agent, ...trust], secrets);
  }
  const { child } = await carrel.start(['agent', 'run', '--data', paths.agent, '--json'], paths.agentLog);
  stack.defer(() => endProgram(child));
  await carrel.run(['agent', 'sign-in', '--user', user, '--password-file', paths.userPassword]);
}

async function bootGuest(
  carrel: Carrel,
  say: Say,
  stack: AsyncDisposableStack,
  consoleUrl: string,
): Promise<EvaluationResult> {
  say.step('The workspace: its image streams in while the guest boots in QEMU');
  stack.defer(async () => {
    // A new carrel: the person's Ctrl-C has ended the old one's commands.
    const ending = createCarrel(say, new AbortController().signal);
    await ending.run(['agent', 'stop', workspace]).catch((error: unknown) => {
      if (!(error instanceof CommandFailed)) throw error;
    });
  });
  const [line = ''] = await carrel.run(['agent', 'start', workspace, '--json']);
  const status = workspaceStatusSchema.parse(JSON.parse(line));
  if (status.guestBootSeconds === null) throw new Error('The guest started, but its agent never answered.');
  say.line(`The guest is up: ${status.guestBootSeconds.toFixed(1)} s from QEMU to a guest that answers.`);

  const events = await storedEvents(carrel);
  for (const event of events.toReversed().slice(-8))
    say.line(`${event.receivedTime}  ${event.code}  ${event.message}`);
  const [versionLine = ''] = await carrel.run(['image', 'versions', 'tiny', '--json']);
  const version = imageVersionSchema.parse(JSON.parse(versionLine));
  const bytesFetched = status.fetch?.downloadedBytes ?? fetchedOf(events, status.runningSince);
  say.line(`${formatBytes(bytesFetched)} fetched of an image of ${formatBytes(version.virtualSizeBytes)}.`);
  return {
    guestBootSeconds: status.guestBootSeconds,
    imageBytes: version.virtualSizeBytes,
    bytesFetched,
    eventsStored: events.length,
    consoleUrl,
  };
}

type StoredEvents = z.infer<typeof storedEventSchema>[];

/** Every event at the server, once it holds all that the agent has recorded so far. */
async function storedEvents(carrel: Carrel): Promise<StoredEvents> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const [line = ''] = await carrel.run(['agent', 'sync', '--json']);
    if (agentStatusSchema.parse(JSON.parse(line)).queuedEvents === 0) break;
    await systemClock.sleep(500);
  }
  const lines = await carrel.run(['report', 'activity', '--limit', '100000', '--json']);
  return lines.map((line) => storedEventSchema.parse(JSON.parse(line)));
}

/** What the last completed fetch downloaded, when it completed since the guest was started. */
function fetchedOf(events: StoredEvents, since: string | null): number {
  const complete = events.find(
    (event) => event.code === 'IMAGE-002' && (since === null || event.clientTime >= since),
  );
  const bytes = complete?.fields['downloadedBytes'];
  return typeof bytes === 'number' ? bytes : 0;
}

async function sayWhatNext(say: Say, url: string): Promise<void> {
  const password = (await readFile(paths.adminPassword, 'utf8')).trim();
  say.step('Ready');
  say.line(`Console   ${url}/`);
  say.line(`Sign in   admin  ${password}`);
  say.line('');
  say.line('Three things to try next:');
  say.line('  - Open the console: watch the device, then change the policy of the workspace Tiny.');
  say.line(`  - In another terminal: . ${paths.environment} && npx carrel report activity`);
  say.line(
    '  - Kill the agent with kill -9, start it again with npx carrel agent run: the guest never stops.',
  );
  say.line('');
  say.line('Ctrl-C stops everything; npm start goes on where it was.');
}

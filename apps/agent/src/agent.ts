import { mkdir } from 'node:fs/promises';
import { type DeviceEvent, eventCatalogue, fail } from '@carrel/contract';
import type { Clock } from '@carrel/kit';
import { z } from 'zod';
import { forgetEnrolment } from './actions/wipe.ts';
import { type AgentLog, logged } from './agent-log.ts';
import type { AgentPaths } from './agent-paths.ts';
import { describeUnenrolled } from './agent-status.ts';
import { agentVersion } from './agent-version.ts';
import { EnrolledAgent, type EnrolledAgentParts } from './enrolled-agent.ts';
import type { Host } from './host.ts';
import { ensureDeviceKeys } from './identity/device-keys.ts';
import { deviceSecret } from './identity/device-secret.ts';
import { type Enrolment, readEnrolment } from './identity/enrolment.ts';
import { takeInventory } from './identity/inventory.ts';
import { type LocalApiParts, serveLocalApi } from './local-api/local-api.ts';
import { type AgentDatabase, openDatabase } from './store/database.ts';
import { createEventQueue, type EventQueue } from './store/event-queue.ts';
import { createFacts } from './store/facts.ts';
import { lockInstance } from './store/instance-lock.ts';

export interface AgentOptions {
  readonly paths: AgentPaths;
  readonly host: Host;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: AgentLog;
  /** The agent answers at its socket. */
  readonly onReady: () => void;
}

const enrolmentPollMs = 1_000;

/**
 * Runs the agent of a folder until the signal is aborted. Guests run on after that. Before enrolment, and after the
 * computer was wiped, it answers at its socket and waits.
 *
 * @throws {AGENT_RUNNING} {STORE_DAMAGED} {ENROLMENT_ALTERED}
 */
export async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<void> {
  const { paths } = options;
  await mkdir(paths.data, { recursive: true, mode: 0o700 });
  using _lock = lockInstance(paths.lock, paths.data);
  let isReadyTold = false;
  const onReady = (): void => {
    if (!isReadyTold) options.onReady();
    isReadyTold = true;
  };
  while (!signal.aborted) {
    if ((await runOnce({ ...options, onReady }, signal)) === 'wiped') await forgetEnrolment(paths);
  }
}

/** One life of an enrolment, or the wait for one. */
async function runOnce(options: AgentOptions, signal: AbortSignal): Promise<'ended' | 'wiped'> {
  const { paths, clock, log } = options;
  await mkdir(paths.workspaces, { recursive: true, mode: 0o700 });
  const keys = await ensureDeviceKeys(paths.keys);
  await using open = new AsyncDisposableStack();
  const database = open.use(openDatabase(paths.database));
  const current: { agent?: EnrolledAgent } = {};
  const events = createEventQueue(
    database,
    () => clock.nowMs(),
    (event) => {
      log.info({ event: event.code, sequence: event.sequence, fields: event.fields }, 'event');
      if (isImportant(event)) current.agent?.hurryEvents();
    },
  );
  const api = localApiParts(() => current.agent, events, log);
  open.use(await serveLocalApi(paths.socket, api));
  log.info({ data: paths.data, agentVersion }, 'agent started');
  options.onReady();
  const enrolment = await waitForEnrolment(options, deviceSecret(keys.local, 'enrolment-seal'), signal);
  if (!enrolment) return 'ended';
  recordBeginning(database, events, enrolment);
  current.agent = createEnrolledAgent(options, { enrolment, keys, database, events });
  const outcome = await current.agent.run(signal);
  log.info(outcome === 'wiped' ? 'this computer was wiped' : 'agent stopped');
  return outcome;
}

function createEnrolledAgent(
  { paths, host, clock, random, log }: AgentOptions,
  own: Pick<EnrolledAgentParts, 'enrolment' | 'keys' | 'database' | 'events'>,
): EnrolledAgent {
  return new EnrolledAgent({
    ...own,
    paths,
    machines: host.machines,
    inventory: async () => takeInventory(paths.data, await host.emulator()),
    clock,
    random,
    log,
  });
}

/** `undefined` when the agent is to end before this computer was enrolled. */
async function waitForEnrolment(
  { paths, clock, log }: AgentOptions,
  sealKey: Uint8Array,
  signal: AbortSignal,
): Promise<Enrolment | undefined> {
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    const enrolment = await readEnrolment(paths.enrolment, sealKey);
    if (enrolment) return enrolment;
    if (isFirst) log.info('this computer is not enrolled; waiting for carrel agent enrol');
    await clock.sleep(enrolmentPollMs, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
  return undefined;
}

function recordBeginning(database: AgentDatabase, events: EventQueue, enrolment: Enrolment): void {
  const facts = createFacts(database);
  const knownDevice = facts.read('device', z.string());
  if (knownDevice !== enrolment.deviceId) {
    events.record('AGENT-001', { server: enrolment.server });
    facts.write('device', enrolment.deviceId);
  }
  events.record('AGENT-002', { agentVersion });
}

/** Worth telling the server at once rather than with the next batch. */
function isImportant({ code }: DeviceEvent): boolean {
  const { severity, category } = eventCatalogue[code];
  return severity !== 'information' || category === 'workspace' || category === 'agent';
}

function localApiParts(
  enrolled: () => EnrolledAgent | undefined,
  events: EventQueue,
  log: AgentLog,
): LocalApiParts {
  const required = (): EnrolledAgent => {
    const agent = enrolled();
    if (!agent) throw fail('AGENT_NOT_ENROLLED', {});
    return agent;
  };
  return {
    status: () => Promise.resolve(enrolled()?.status() ?? describeUnenrolled(events)),
    signIn: async (credentials) => {
      await required().signIn(credentials);
    },
    codeSignIn: () => required().codeSignIn,
    sync: async () => required().sync(),
    setTransfersPaused: (isPaused) => required().setTransfersPaused(isPaused),
    act: async (action) => required().act(action),
    operation: async (id, waitMs, signal) => required().operation(id, waitMs, signal),
    onInternalError: (error) => log.error(logged(error), 'a request failed unexpectedly'),
  };
}

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type StoredEvent, storedEventSchema, type WorkspaceStatus } from '@carrel/contract';
import { type AgentStatus, agentStatusSchema } from '@carrel/contract/agent-api';
import { z } from 'zod';
import { tinyDisk } from '../../packages/imaging/src/build/testing/tiny-disk.ts';
import type { Instance } from './instance.ts';
import { type RunningProgram, startProgram } from './run-carrel.ts';

/** The person and the workspace of the tests. */
export const person = 'ada';
export const workspace = 'Desk';
const password = 'a password of ada';

/** What the workspace of a test differs in. */
export interface GrantOptions {
  readonly offlineLimitHours?: number;
  readonly countdownSeconds?: number;
  readonly persistence?: 'persistent' | 'revertible';
  readonly stopAction?: 'save' | 'shutdown';
  readonly updateMode?: 'suggest' | 'force';
  readonly forceAfterHours?: number;
  /** How fast images come; `off` leaves only what the guest asks for. */
  readonly transferRate?: string;
  /** Last day, `YYYY-MM-DD` in UTC. */
  readonly expiresOn?: string;
  /** When the workspace is deleted from the computer. */
  readonly deletion?: Readonly<Record<string, boolean>>;
  /** Others who get the workspace, with nothing but the defaults. */
  readonly others?: readonly string[];
  readonly general?: Readonly<Record<string, unknown>>;
  readonly network?: Readonly<Record<string, unknown>>;
}

/** Packs the smallest guest into the instance's repository and publishes it. */
export async function publishTinyImage(instance: Instance): Promise<void> {
  const reference = `${instance.url}/tiny:1`;
  const disk = await tinyDisk();
  await instance.run('image', 'pack', disk, '--to', reference, '--guest-agent', '--guest-os', 'linux');
  await instance.run('image', 'publish', reference, '--as', 'tiny');
}

/** Makes the person, and grants them a workspace on the tiny image. Run again it changes the workspace. */
export async function grantWorkspace(instance: Instance, options: GrantOptions = {}): Promise<void> {
  const { persistence = 'revertible', stopAction = 'shutdown', countdownSeconds = 60 } = options;
  const { transferRate = 'unlimited', updateMode = 'suggest', forceAfterHours = 72 } = options;
  await writeFile(join(instance.folder, 'password'), password, { mode: 0o600 });
  const file = join(instance.folder, 'workspace.json');
  const content = {
    name: workspace,
    image: 'tiny',
    policy: {
      virtualMachine: { persistence, stopAction, countdownSeconds, updateMode, forceAfterHours },
      // The files of the computer that runs the tests are not theirs to look through.
      delivery: { transferRate, useHostFiles: false },
      general: options.general ?? {},
      network: options.network ?? {},
      performance: { memoryTable: [{ hostMiB: 256, guestMiB: 192 }] },
    },
    assignments: [
      {
        user: person,
        settings: {
          offlineLimitHours: options.offlineLimitHours ?? 24,
          ...(options.expiresOn === undefined ? {} : { expiresOn: options.expiresOn }),
          ...(options.deletion ? { deletion: options.deletion } : {}),
        },
      },
      ...(options.others ?? []).map((user) => ({ user })),
    ],
  };
  await writeFile(file, JSON.stringify(content));
  const users = await instance.run('user', 'list', '--json');
  for (const name of [person, ...(options.others ?? [])]) {
    if (users.includes(`"${name}"`)) continue;
    await instance.run('user', 'add', name, '--password-file', join(instance.folder, 'password'));
  }
  await instance.run('workspace', 'apply', '-f', file);
}

/** A computer enrolled with the instance, with its agent running. Disposing of it stops guest and agent. */
export interface AgentDevice extends AsyncDisposable {
  agent(): RunningProgram;
  startAgent(): Promise<void>;
  status(): Promise<AgentStatus>;
  /** Of the one workspace of the tests. */
  workspace(): Promise<WorkspaceStatus>;
}

/**
 * Enrols this computer and signs the person in.
 *
 * @param server how the computer sees the instance
 */
export async function createAgentDevice(
  instance: Instance,
  env: Readonly<Record<string, string>> = {},
  server = instance.url,
): Promise<AgentDevice> {
  const tokenFile = join(instance.folder, 'token');
  const answer: unknown = JSON.parse(await instance.run('device', 'token', '--json'));
  await writeFile(tokenFile, z.object({ token: z.string() }).parse(answer).token, { mode: 0o600 });
  const trust = ['--ca-fingerprint', instance.authorityFingerprint, '--token-file', tokenFile];
  await instance.run('agent', 'enrol', server, ...trust);
  const start = (): Promise<RunningProgram> =>
    startProgram('agent', ['run', '--json'], { ...instance.env, ...env });
  let agent = await start();
  await instance.run('agent', 'sign-in', '-u', person, '--password-file', join(instance.folder, 'password'));

  const status = async (): Promise<AgentStatus> =>
    agentStatusSchema.parse(JSON.parse(await instance.run('agent', 'status', '--json')));
  return {
    agent: () => agent,
    startAgent: async () => {
      agent = await start();
    },
    status,
    workspace: async () => {
      const [found] = (await status()).workspaces;
      if (!found) throw new Error('the agent holds no workspace');
      return found;
    },
    [Symbol.asyncDispose]: async () => {
      await instance.try('agent', 'stop', workspace, '--force');
      await agent.end('SIGTERM');
    },
  };
}

/** The events of devices that the server holds, in the order the devices recorded them. */
export async function deviceEvents(instance: Instance): Promise<StoredEvent[]> {
  const output = await instance.run('report', 'activity', '--json', '--limit', '1000');
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => storedEventSchema.parse(JSON.parse(line)))
    .filter((event) => event.sequence !== null)
    .toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
}

/** The process of the one guest that runs from this instance's agent folder; `undefined` when none does. */
export async function findGuest(instance: Instance): Promise<{ pid: number } | undefined> {
  const files = await readMachineFiles(join(instance.folder, 'agent/workspaces'));
  const schema = z.object({ identity: z.object({ pid: z.int() }) });
  for (const text of files) {
    const { pid } = schema.parse(JSON.parse(text)).identity;
    if (isRunning(pid)) return { pid };
  }
  return undefined;
}

async function readMachineFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  const texts = names.map((name) => readFile(join(folder, name, 'machine.json'), 'utf8').catch(() => ''));
  return (await Promise.all(texts)).filter((text) => text !== '');
}

/** Whether a process of ours is there. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

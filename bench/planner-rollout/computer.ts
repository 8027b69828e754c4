import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { agentPaths, agentStatusSchema, type Operation, operationSchema } from '@carrel/contract/agent-api';
import { Agent, fetch } from 'undici';
import type { z } from 'zod';
import { say } from '../delivery/shell.ts';
import { endGently, firstLine } from './child.ts';
import { type Instance, person } from './instance.ts';
import { workspaceName } from './plan.ts';

const program = join(import.meta.dirname, '../../apps/agent/src/main.ts');
const lookEveryMs = 250;
const attempts = 8;
const pauseMs = 5_000;

/** A computer with a real agent, enrolled, with a person signed in. */
export interface Computer extends AsyncDisposable {
  /** Has the workspace brought. @returns when it was ready for offline use, by `performance.now()` */
  readonly pull: (signal: AbortSignal) => Promise<number>;
}

/** @param token an enrolment token */
export async function startComputer(
  namespace: string,
  folder: string,
  instance: Instance,
  token: string,
): Promise<Computer> {
  await mkdir(folder, { mode: 0o700 });
  const within = ['netns', 'exec', namespace, process.execPath, program];
  const data = ['--data', folder];
  const trust = ['--ca-fingerprint', instance.authorityFingerprint];
  await persist(() => enrol([...within, 'enrol', ...trust, ...data, '--', instance.url], token));
  const agent = spawn('ip', [...within, 'run', ...data, '--json'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const dispatcher = new Agent({ connect: { socketPath: join(folder, 'agent.sock') } });
  const dispose = async (): Promise<void> => {
    await dispatcher.destroy();
    await endGently(agent);
  };
  try {
    await firstLine(agent);
    const call = agentCalls(dispatcher);
    // It answers before it has read its enrolment.
    while (!(await call('GET', agentPaths.status, agentStatusSchema)).enrolment) await delay(lookEveryMs);
    await persist(async () => {
      await call('POST', agentPaths.signIn, agentStatusSchema, person);
    });
    return { pull: (signal) => pull(call, signal), [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Tries again a few times: processors and server are busy with other computers. */
async function persist(attempt: () => Promise<void>): Promise<void> {
  for (let left = attempts; ; left -= 1) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (left === 1) throw error;
      say(`Once more: ${String(error)}`);
      await delay(pauseMs);
    }
  }
}

async function enrol(command: readonly string[], token: string): Promise<void> {
  const child = spawn('ip', command, { stdio: ['pipe', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  child.stdin.end(token);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`A computer did not enrol: ${complaints.trim()}`);
}

type AgentCall = <S extends z.ZodType>(
  method: 'GET' | 'POST',
  path: string,
  schema: S,
  body?: object,
) => Promise<z.output<S>>;

function agentCalls(dispatcher: Agent): AgentCall {
  return async (method, path, schema, body) => {
    const content = body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const answer = await fetch(`http://agent${path}`, { method, dispatcher, ...content });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return schema.parse(await answer.json());
  };
}

async function pull(call: AgentCall, signal: AbortSignal): Promise<number> {
  const action = { action: 'pull', workspace: workspaceName };
  let operation: Operation = await call('POST', agentPaths.actions, operationSchema, action);
  while (operation.state === 'running') {
    await delay(lookEveryMs, undefined, { signal });
    operation = await call('GET', `${agentPaths.operations}/${operation.id}`, operationSchema);
  }
  const readyMs = performance.now();
  if (operation.error) throw new Error(operation.error.message);
  return readyMs;
}

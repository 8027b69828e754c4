import { mkdtemp, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fail, problemSchema } from '@carrel/contract';
import { type AgentStatus, agentPaths, agentStatusSchema } from '@carrel/contract/agent-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { officeStatusWhenOff } from '../peers/index.ts';
import { type LocalApiParts, serveLocalApi } from './local-api.ts';

const status: AgentStatus = {
  agentVersion: '0.1.0',
  pid: 1,
  enrolment: null,
  isOnline: false,
  contactProblem: null,
  lastContactAt: null,
  queuedEvents: 0,
  lastEventSequence: 0,
  transfers: { isPaused: false },
  hostFiles: { state: 'off', files: 0, fileBytes: 0, indexBytes: 0, refreshedAt: null },
  officePeers: officeStatusWhenOff,
  signedIn: [],
  workspaces: [],
};

let folder: string;
let socketPath: string;
let unexpected: unknown[];
let opened: AsyncDisposableStack;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-api-'));
  socketPath = join(folder, 'agent.sock');
  unexpected = [];
  opened = new AsyncDisposableStack();
});
afterEach(async () => {
  await opened.disposeAsync();
  await rm(folder, { recursive: true });
});

const notEnrolled = (): Promise<never> => Promise.reject(fail('AGENT_NOT_ENROLLED', {}));
function parts(change: Partial<LocalApiParts> = {}): LocalApiParts {
  return {
    status: () => Promise.resolve(status),
    signIn: notEnrolled,
    codeSignIn: () => {
      throw fail('AGENT_NOT_ENROLLED', {});
    },
    sync: notEnrolled,
    act: notEnrolled,
    setTransfersPaused: () => undefined,
    operation: () => Promise.resolve(undefined),
    onInternalError: (error) => void unexpected.push(error),
    ...change,
  };
}

async function serve(change: Partial<LocalApiParts> = {}): Promise<void> {
  opened.use(await serveLocalApi(socketPath, parts(change)));
}

function ask(method: string, path: string, body?: string): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request({ socketPath, method, path, headers }, (answer) => {
      text(answer).then(
        (content) => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(content) as unknown }),
        reject,
      );
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

describe('local interface', () => {
  it('answers at a socket that only its owner may open, replacing one left by an agent that was killed', async () => {
    await serve();
    await serve();
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
    const answer = await ask('GET', agentPaths.status);
    expect(answer.status).toBe(200);
    expect(agentStatusSchema.parse(answer.body)).toEqual(status);
  });

  it.each([
    {
      name: 'an action nobody knows',
      path: agentPaths.actions,
      body: '{"action":"explode","workspace":"a"}',
    },
    { name: 'what is not JSON', path: agentPaths.actions, body: '{' },
    { name: 'a field too many', path: agentPaths.signIn, body: '{"userName":"a","password":"b","c":1}' },
  ])('refuses $name with a problem document', async ({ path, body }) => {
    await serve();
    const answer = await ask('POST', path, body);
    expect(answer.status).toBe(400);
    expect(problemSchema.parse(answer.body).code).toBe('REQUEST_INVALID');
    expect(unexpected).toEqual([]);
  });

  it('passes on why an action is refused', async () => {
    await serve();
    const answer = await ask('POST', agentPaths.actions, '{"action":"start","workspace":"Desk"}');
    expect(answer.status).toBe(409);
    expect(problemSchema.parse(answer.body).code).toBe('AGENT_NOT_ENROLLED');
  });

  it('knows no other operations', async () => {
    await serve();
    expect((await ask('GET', `${agentPaths.operations}/none?waitMs=0`)).status).toBe(404);
    expect((await ask('GET', '/v2/status')).status).toBe(404);
  });

  it('tells nobody what went wrong inside, but notes it', async () => {
    const secret = new Error('the key is 1234');
    await serve({ status: () => Promise.reject(secret) });
    const answer = await ask('GET', agentPaths.status);
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toContain('1234');
    expect(unexpected).toEqual([secret]);
  });

  it('ends waits when it is closed', async () => {
    const waiting = Promise.withResolvers<AbortSignal>();
    const api = await serveLocalApi(
      socketPath,
      parts({
        operation: (_id, _waitMs, signal) => {
          waiting.resolve(signal);
          return new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve(undefined), { once: true });
          });
        },
      }),
    );
    const answer = ask('GET', `${agentPaths.operations}/1?waitMs=60000`);
    await waiting.promise;
    await api[Symbol.asyncDispose]();
    expect((await answer).status).toBe(404);
  });
});

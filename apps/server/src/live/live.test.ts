import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fail, type LiveMessage, livePath, type RoleName, roles } from '@carrel/contract';
import { createManualClock, isAppError, type ManualClock } from '@carrel/kit';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CallerAccess, createAccess } from '../access/index.ts';
import type { Database } from '../database/index.ts';
import type { UserCaller } from '../http/index.ts';
import { createNotices, type Notices } from '../notices/index.ts';
import { openTestDatabase } from '../testing/index.ts';
import { livePlugin } from './live-plugin.ts';

let app: FastifyInstance;
let clock: ManualClock;
let notices: Notices;
/** Sessions by their token. */
let sessions: Map<string, CallerAccess>;
let database: Database;

beforeEach(async () => {
  clock = createManualClock();
  notices = createNotices();
  sessions = new Map();
  database = await openTestDatabase('sqlite');
  app = fastify();
  app.setErrorHandler((error, _request, reply) =>
    reply.code(isAppError(error) ? error.httpStatus : 500).send(String(error)),
  );
  await app.register(livePlugin, {
    notices,
    clock,
    queries: database.queries,
    maximumClients: 3,
    findUser: (request) => {
      const access = sessions.get(request.headers.authorization ?? '');
      if (!access) return Promise.reject(fail('SIGN_IN_REQUIRED', {}));
      return Promise.resolve({ kind: 'user', access } as UserCaller);
    },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  await app.close();
  await database[Symbol.asyncDispose]();
});

function accessOf(role: RoleName, ...workspaceIds: string[]): CallerAccess {
  const scope = workspaceIds.length === 0 ? 'all' : new Set(workspaceIds);
  return createAccess([{ name: role, permissions: roles[role], scope }]);
}

interface Stream {
  readonly answer: IncomingMessage;
  /** What came so far. */
  text(): string;
  readonly ended: Promise<void>;
}

async function open(token: string, role?: RoleName): Promise<Stream> {
  if (role) sessions.set(token, accessOf(role));
  const { port } = app.server.address() as AddressInfo;
  const request = get({ host: '127.0.0.1', port, path: livePath, headers: { authorization: token } });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  answer.setEncoding('utf8');
  answer.on('data', (piece: string) => {
    text += piece;
  });
  // A stream that the server drops ends with an error on this side.
  answer.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => answer.on('close', resolve));
  return { answer, text: () => text, ended };
}

const image: LiveMessage = { topic: 'image', id: 'i1' };
const user: LiveMessage = { topic: 'user', id: 'u1' };

test('everybody hears of what they may see, and of nothing else', async () => {
  const administrator = await open('a', 'administrator');
  const engineer = await open('e', 'image-engineer');
  expect(administrator.answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  notices.publish(user);
  notices.publish(image);
  const expected = (messages: LiveMessage[]): string =>
    messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join('');
  await expect.poll(() => administrator.text()).toBe(`retry: 3000\n\n${expected([user, image])}`);
  await expect.poll(() => engineer.text()).toBe(`retry: 3000\n\n${expected([image])}`);
});

test('somebody with a role over some workspaces hears of these', async () => {
  sessions.set('limited', accessOf('help-desk', 'w1'));
  const limited = await open('limited');
  const told: LiveMessage[] = [
    { topic: 'workspace', id: 'w2' },
    { topic: 'device', id: 'd1' },
    user,
    image,
    { topic: 'task', id: 't1' },
    { topic: 'workspace', id: 'w1' },
  ];
  for (const message of told) notices.publish(message);
  const expected = `data: ${JSON.stringify(told.at(-1))}\n\n`;
  await expect.poll(() => limited.text()).toBe(`retry: 3000\n\n${expected}`);
});

test('without a session there is no stream', async () => {
  const stream = await open('nobody');
  expect(stream.answer.statusCode).toBe(401);
});

test('a stream ends when its session does, and follows what its user may see', async () => {
  const leaving = await open('leaving', 'administrator');
  const demoted = await open('demoted', 'administrator');
  sessions.delete('leaving');
  sessions.set('demoted', accessOf('image-engineer'));
  await clock.advance(15_000);
  await leaving.ended;
  await expect.poll(() => demoted.text()).toContain(': beat\n\n');
  notices.publish(user);
  notices.publish(image);
  await expect.poll(() => demoted.text()).toContain('i1');
  expect(demoted.text()).not.toContain('u1');
});

test('a client that does not read is dropped before it costs memory; the others go on', async () => {
  const slow = await open('slow', 'administrator');
  slow.answer.pause();
  const reader = await open('reader', 'administrator');
  const long: LiveMessage = { topic: 'image', id: 'x'.repeat(100_000) };
  for (let count = 0; count < 200; count += 1) {
    notices.publish(long);
    await expect.poll(() => reader.text().length).toBeGreaterThan((count + 1) * 100_000);
  }
  slow.answer.resume();
  await slow.ended;
  notices.publish({ topic: 'image', id: 'last' });
  await expect.poll(() => reader.text()).toContain('"last"');
});

test('more clients than allowed are refused, and room is made when one leaves', async () => {
  const streams = [];
  for (const token of ['1', '2', '3']) streams.push(await open(token, 'administrator'));
  expect((await open('4', 'administrator')).answer.statusCode).toBe(429);
  streams[0]?.answer.destroy();
  await expect.poll(async () => (await open('5', 'administrator')).answer.statusCode).toBe(200);
});

test('the server closes although streams are open', async () => {
  const stream = await open('a', 'administrator');
  await app.close();
  await stream.ended;
});

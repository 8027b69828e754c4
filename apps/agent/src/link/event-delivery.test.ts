import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CallInput, type CallOutput, fail, type Route, routes } from '@carrel/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AgentDatabase, openDatabase } from '../store/database.ts';
import { createEventQueue, type EventQueue } from '../store/event-queue.ts';
import { deliverEvents } from './event-delivery.ts';

type SendEvents = typeof routes.sendEvents;

let folder: string;
let database: AgentDatabase;
let queue: EventQueue;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-delivery-'));
  database = openDatabase(join(folder, 'agent.db'));
  queue = createEventQueue(
    database,
    () => 0,
    () => undefined,
  );
});
afterEach(async () => {
  database[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

/** A server that keeps sequences as the real one does: in order, each once, a gap refused. */
function createServer(held: number[], losesAnswer: () => boolean = () => false) {
  const call = <R extends Route>(route: R, input: CallInput<R>): Promise<CallOutput<R>> => {
    expect(route.id).toBe(routes.sendEvents.id);
    const { events } = (input as unknown as CallInput<SendEvents>).body;
    const first = events[0]?.sequence ?? 0;
    const expected = (held.at(-1) ?? 0) + 1;
    if (first > expected) return Promise.reject(fail('EVENT_SEQUENCE_GAP', { received: first, expected }));
    held.push(...events.map((event) => event.sequence).filter((sequence) => sequence >= expected));
    if (losesAnswer()) {
      return Promise.reject(fail('SERVER_UNREACHABLE', { server: 'test', reason: 'killed' }));
    }
    return Promise.resolve({ acknowledgedSequence: held.at(-1) ?? 0 } as CallOutput<R>);
  };
  return { server: 'test', call };
}

function record(count: number): void {
  for (let index = 0; index < count; index += 1) queue.record('AGENT-003', {});
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describe('event delivery', () => {
  it('sends everything in order, in batches the server takes', async () => {
    const held: number[] = [];
    record(1203);
    await deliverEvents(queue, createServer(held));
    expect(held).toEqual(upTo(1203));
    expect(queue.queued).toBe(0);
  });

  it('neither loses nor doubles anything when answers are lost', async () => {
    const held: number[] = [];
    let calls = 0;
    const server = createServer(held, () => {
      calls += 1;
      return calls % 3 !== 0;
    });
    record(700);
    for (let round = 0; round < 10 && queue.queued > 0; round += 1) {
      await deliverEvents(queue, server).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'SERVER_UNREACHABLE' });
      });
      if (round < 3) record(50);
    }
    expect(held).toEqual(upTo(queue.lastSequence));
    expect(queue.queued).toBe(0);
  });

  it('follows a server that was restored from a backup', async () => {
    record(10);
    await deliverEvents(queue, createServer([]));
    record(3);
    const restored = upTo(6);
    await deliverEvents(queue, createServer(restored));
    expect(restored).toEqual(upTo(9));
    expect(queue.queued).toBe(0);
    expect(queue.record('AGENT-003', {})).toBe(10);
  });

  it('follows a server that knows more, after this computer was restored from a copy', async () => {
    record(2);
    const held = upTo(8);
    await deliverEvents(queue, createServer(held));
    expect(queue.queued).toBe(0);
    expect(queue.record('AGENT-003', {})).toBe(9);
  });

  it('does not go round in circles with a server that acknowledges nothing', async () => {
    record(2);
    const call = <R extends Route>(): Promise<CallOutput<R>> =>
      Promise.resolve({ acknowledgedSequence: 0 } as CallOutput<R>);
    await expect(deliverEvents(queue, { server: 'test', call })).rejects.toMatchObject({
      code: 'ANSWER_INVALID',
    });
    expect(queue.queued).toBe(2);
  });
});

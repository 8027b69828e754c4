import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from './database.ts';
import { createEventQueue, type EventQueue } from './event-queue.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-queue-'));
  path = join(folder, 'agent.db');
});
afterEach(() => rm(folder, { recursive: true }));

function withQueue<T>(work: (queue: EventQueue) => T): T {
  using database = openDatabase(path);
  return work(
    createEventQueue(
      database,
      () => 0,
      () => undefined,
    ),
  );
}

const sequencesOf = (queue: EventQueue): number[] => queue.oldest(10_000).map((event) => event.sequence);

describe('event queue', () => {
  it('numbers events from 1, keeps them across restarts, and goes on counting when all were acknowledged', () => {
    withQueue((queue) => {
      queue.record('AGENT-002', { agentVersion: '1' });
      queue.record('AGENT-003', {}, { user: 'ada' });
    });
    withQueue((queue) => {
      expect(queue.oldest(10).map(({ sequence, code, user }) => ({ sequence, code, user }))).toEqual([
        { sequence: 1, code: 'AGENT-002', user: 'SYSTEM' },
        { sequence: 2, code: 'AGENT-003', user: 'ada' },
      ]);
      queue.acknowledge(2);
      expect(queue.queued).toBe(0);
    });
    withQueue((queue) => {
      expect(queue.record('AGENT-003', {})).toBe(3);
      expect(queue.lastSequence).toBe(3);
    });
  });

  it('has no gaps, whatever is recorded and acknowledged in which order', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('record' as const) }),
      fc.record({ kind: fc.constant('acknowledge' as const), count: fc.integer({ min: 0, max: 5 }) }),
    );
    withQueue((queue) => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
          for (const taken of steps) {
            const before = queue.lastSequence;
            if (taken.kind === 'record') expect(queue.record('AGENT-003', {})).toBe(before + 1);
            else queue.acknowledge(Math.min(before, (sequencesOf(queue)[0] ?? before) + taken.count));
            const sequences = sequencesOf(queue);
            const first = queue.lastSequence - sequences.length + 1;
            expect(sequences).toEqual(sequences.map((_, index) => first + index));
          }
        }),
        { numRuns: 20 },
      );
    });
  });

  it('loses nothing it said it had, and numbers without gaps, when its process is killed', async () => {
    for (let round = 0; round < 3; round += 1) {
      const before = withQueue((queue) => queue.lastSequence);
      const confirmed = await recordUntilKilled(before + 20 + round * 7);
      withQueue((queue) => {
        const sequences = sequencesOf(queue);
        expect(queue.lastSequence).toBeGreaterThanOrEqual(confirmed);
        expect(sequences).toEqual(Array.from({ length: queue.lastSequence }, (_, index) => index + 1));
      });
    }
  });

  it('cuts texts to what the server takes', () => {
    withQueue((queue) => {
      queue.record('LEASE-002', { code: 'X', message: 'm'.repeat(900) });
      expect(queue.oldest(1)[0]?.fields['message']).toHaveLength(500);
    });
  });

  it('renumbers what is queued when the two sides were restored from copies', () => {
    withQueue((queue) => {
      for (let count = 0; count < 5; count += 1) queue.record('AGENT-003', {});
      queue.acknowledge(3);
      queue.renumberFrom(2);
      expect(sequencesOf(queue)).toEqual([2, 3]);
      expect(queue.record('AGENT-003', {})).toBe(4);
    });
  });
});

/** Lets a process record events, kills it once it confirmed this one, and gives the last it confirmed. */
async function recordUntilKilled(atLeast: number): Promise<number> {
  const program = join(import.meta.dirname, 'testing/record-events.ts');
  const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let confirmed = 0;
  for await (const line of createInterface(child.stdout)) {
    confirmed = Number(line);
    if (confirmed >= atLeast) child.kill('SIGKILL');
  }
  await exited;
  return confirmed;
}

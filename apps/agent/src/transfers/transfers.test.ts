import { createManualClock } from '@carrel/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AgentDatabase, openDatabase } from '../store/database.ts';
import { createFacts } from '../store/facts.ts';
import { createTransfers, type Transfers } from './transfers.ts';

let database: AgentDatabase;
let clock: ReturnType<typeof createManualClock>;

beforeEach(() => {
  database = openDatabase(':memory:');
  clock = createManualClock();
});
afterEach(() => database[Symbol.dispose]());

const newAgent = (): Transfers => createTransfers(createFacts(database), clock);

/** Time passes in small steps, as timers are set anew. */
async function pass(durationMs: number): Promise<void> {
  for (let doneMs = 0; doneMs < durationMs; doneMs += 50) await clock.advance(50);
}

/** Whether a transfer was let through by now. */
async function isThrough(taken: Promise<void>): Promise<boolean> {
  const marker = Symbol('still waiting');
  await clock.advance(0);
  return (await Promise.race([taken, Promise.resolve(marker)])) !== marker;
}

describe('transfers of a computer', () => {
  it('stand still while a person paused them, also after a restart, but not for a guest', async () => {
    const before = newAgent();
    before.setPaused(true);
    const agent = newAgent();
    expect(agent.isPaused).toBe(true);
    expect(agent.allowance('unlimited')).toEqual({ kind: 'held' });
    const limiter = agent.limiter('unlimited');
    const background = limiter.take(1000, undefined, 'background');
    await limiter.take(1000, undefined, 'demand');
    expect(await isThrough(background)).toBe(false);
    agent.setPaused(false);
    await background;
    expect(newAgent().isPaused).toBe(false);
  });

  it('share one rate where the rules are the same', async () => {
    const agent = newAgent();
    expect(agent.limiter('1M')).toBe(agent.limiter('1M'));
    expect(agent.limiter('1M')).not.toBe(agent.limiter('2M'));
    expect(agent.allowance('1M')).toEqual({ kind: 'flowing', bytesPerSecond: 1024 ** 2 });
    const first = agent.limiter('1M').take(1024 ** 2, undefined, 'background');
    const second = agent.limiter('1M').take(1024 ** 2, undefined, 'background');
    await pass(1_200);
    await first;
    expect(await isThrough(second)).toBe(false);
    await pass(1_000);
    await second;
  });

  it('are held by a rule, and free before the line was measured', () => {
    const agent = newAgent();
    expect(agent.allowance('off')).toEqual({ kind: 'held' });
    expect(agent.allowance('30%')).toEqual({ kind: 'flowing', bytesPerSecond: undefined });
    expect(() => agent.allowance('fast')).toThrow('no transfer rate');
  });
});

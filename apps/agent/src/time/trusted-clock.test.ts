import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AgentDatabase, openDatabase } from '../store/database.ts';
import { createFacts } from '../store/facts.ts';
import { createTrustedClock } from './trusted-clock.ts';

const day = 86_400_000;
const server = Date.UTC(2026, 0, 10);
let folder: string;
let database: AgentDatabase;
let reading = { wallMs: 0, monotonicMs: 0, bootId: 'first' };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carrel-clock-'));
  database = openDatabase(join(folder, 'agent.db'));
  reading = { wallMs: server, monotonicMs: 1_000, bootId: 'first' };
});
afterEach(async () => {
  database[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

const open = () => createTrustedClock(createFacts(database), () => reading);
function pass(durationMs: number): void {
  reading = {
    ...reading,
    wallMs: reading.wallMs + durationMs,
    monotonicMs: reading.monotonicMs + durationMs,
  };
}

describe('trusted clock', () => {
  it('keeps the high-water mark when the agent and the computer restart with the clock set back', () => {
    const clock = open();
    clock.contact(server);
    pass(3 * day);
    expect(clock.tick()).toBeUndefined();
    expect(clock.nowMs()).toBe(server + 3 * day);

    reading = { wallMs: server - 400 * day, monotonicMs: 5, bootId: 'second' };
    const restarted = open();
    // What has passed since the start counts in any case.
    expect(restarted.nowMs()).toBe(server + 3 * day + 5);
    expect(restarted.offlineMs()).toBe(3 * day + 5);
    expect(restarted.tick()).toMatchObject({ direction: 'back' });
  });

  it('reports a step of the wall clock once, and believes none of it', () => {
    const clock = open();
    clock.contact(server);
    reading = { ...reading, wallMs: reading.wallMs + 2 * day };
    expect(clock.nowMs()).toBe(server);
    expect(clock.tick()).toEqual({ direction: 'forward', stepSeconds: 2 * 86_400 });
    expect(clock.tick()).toBeUndefined();
    reading = { ...reading, wallMs: reading.wallMs - 3600_000 };
    expect(clock.tick()).toEqual({ direction: 'back', stepSeconds: 3600 });
    expect(clock.nowMs()).toBe(server);
  });

  it('loses less than a minute of trusted time in a crash without a reboot of the counter', () => {
    const clock = open();
    clock.contact(server);
    for (let seconds = 0; seconds < 3600; seconds += 10) {
      pass(10_000);
      clock.tick();
    }
    reading = { ...reading, monotonicMs: 5, bootId: 'second', wallMs: 0 };
    expect(open().nowMs()).toBeGreaterThan(server + 3_540_000);
  });

  it('knows no contact before the first', () => {
    const clock = open();
    expect(clock.lastContactMs).toBeUndefined();
    expect(clock.offlineMs()).toBe(0);
    expect(clock.nowMs()).toBe(server);
  });
});

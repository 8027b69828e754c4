import { createId } from '@carrel/kit';
import { describe, expect, test } from 'vitest';
import { LiveConnection, type LiveSource } from './live-connection.ts';

interface FakeSource extends LiveSource {
  isClosed: boolean;
}

function setUp() {
  const sources: FakeSource[] = [];
  const scheduled: { action: () => void; delayMs: number; isCancelled: boolean }[] = [];
  const connection = new LiveConnection({
    open: () => {
      const source: FakeSource = {
        onopen: null,
        onmessage: null,
        onerror: null,
        isClosed: false,
        close: () => {
          source.isClosed = true;
        },
      };
      sources.push(source);
      return source;
    },
    schedule: (action, delayMs) => {
      const entry = { action, delayMs, isCancelled: false };
      scheduled.push(entry);
      return () => {
        entry.isCancelled = true;
      };
    },
    random: () => 1,
  });
  const states: string[] = [];
  connection.onStateChange(() => states.push(connection.state));
  return { connection, sources, scheduled, states };
}

const message = { topic: 'device', id: createId(1, new Uint8Array(10)) };

describe('LiveConnection', () => {
  test('goes live, and passes on messages that fit the contract', () => {
    const { connection, sources, states } = setUp();
    const received: unknown[] = [];
    connection.onMessage((each) => received.push(each));
    connection.start();
    sources[0]?.onopen?.();
    sources[0]?.onmessage?.({ data: JSON.stringify(message) });
    sources[0]?.onmessage?.({ data: '{"topic":"something-newer"}' });
    sources[0]?.onmessage?.({ data: 'not json' });
    expect(states).toEqual(['live']);
    expect(received).toEqual([message]);
  });

  test('opens a new source after each loss, waiting longer each time, and starts over once it was live', () => {
    const { connection, sources, scheduled, states } = setUp();
    connection.start();
    sources[0]?.onopen?.();
    sources[0]?.onerror?.();
    expect(sources[0]?.isClosed).toBe(true);
    scheduled[0]?.action();
    sources[1]?.onerror?.();
    scheduled[1]?.action();
    sources[2]?.onopen?.();
    sources[2]?.onerror?.();
    expect(states).toEqual(['live', 'reconnecting', 'live', 'reconnecting']);
    expect(scheduled.map((entry) => entry.delayMs)).toEqual([1_000, 2_000, 1_000]);
  });

  test('tries at once when told that the network is back', () => {
    const { connection, sources, scheduled } = setUp();
    connection.start();
    connection.retryNow();
    expect(sources).toHaveLength(1);
    sources[0]?.onerror?.();
    connection.retryNow();
    expect(sources).toHaveLength(2);
    expect(scheduled[0]?.isCancelled).toBe(true);
  });

  test('is silent once stopped', () => {
    const { connection, sources, scheduled } = setUp();
    connection.start();
    sources[0]?.onerror?.();
    connection.stop();
    expect(scheduled[0]?.isCancelled).toBe(true);
    connection.start();
    connection.stop();
    expect(sources[1]?.isClosed).toBe(true);
    expect(sources[1]?.onmessage).toBeNull();
  });
});

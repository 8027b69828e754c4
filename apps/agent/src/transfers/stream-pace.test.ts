import type { StreamJob, StreamProgress } from '@carrel/hypervisor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextPace, StreamPacer, streamStartRate } from './stream-pace.ts';

const mib = 1024 ** 2;

/** Streams a disk of which one byte costs so much of the line; gives what the line carried in the last seconds. */
function stream(costPerByte: (second: number) => number, allowed: number, seconds: number): number[] {
  const used: number[] = [];
  let pace = allowed;
  for (let second = 0; second < seconds; second += 1) {
    const lineBytes = pace * costPerByte(second);
    used.push(lineBytes);
    pace = nextPace(pace, { lineBytes, elapsedMs: 1000 }, allowed);
  }
  return used;
}

describe('the pace of a stream beside a guest', () => {
  it('settles below what is allowed, whatever a byte costs, and leaves room for the guest', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1, noNaN: true }), (cost) => {
        const used = stream(() => cost, 2 * mib, 40).slice(-5);
        for (const bytes of used) expect(bytes).toBeLessThanOrEqual(2 * mib * 0.76);
        for (const bytes of used) expect(bytes).toBeGreaterThan(2 * mib * 0.5);
      }),
    );
  });

  it('runs through holes and seeds, which cost nothing, and slows down within a second after them', () => {
    const used = stream((second) => (second < 20 ? 0 : 0.4), 2 * mib, 30);
    expect(used[19]).toBe(0);
    // One second of what the disk gives; the limiter of the line holds it to the rate meanwhile.
    expect(used[22]).toBeLessThanOrEqual(2 * mib);
  });

  it('never stands still', () => {
    const used = fc.record({ lineBytes: fc.nat(1e12), elapsedMs: fc.integer({ min: 1, max: 60_000 }) });
    fc.assert(
      fc.property(fc.nat(1e10), used, fc.integer({ min: 1, max: 1e9 }), (pace, use, allowed) => {
        const next = nextPace(pace, use, allowed);
        expect(next).toBeGreaterThanOrEqual(64 * 1024);
        expect(Number.isFinite(next)).toBe(true);
      }),
    );
  });

  it('begins slowly where transfers are held', () => {
    expect(streamStartRate({ kind: 'held' })).toBe(64 * 1024);
    expect(streamStartRate({ kind: 'flowing', bytesPerSecond: undefined })).toBe(0);
    expect(streamStartRate({ kind: 'flowing', bytesPerSecond: 5 })).toBe(5);
  });
});

describe('the pacer of a stream', () => {
  function jobOf(): { job: StreamJob; told: string[] } {
    const told: string[] = [];
    const tell = (what: string) => () => {
      told.push(what);
      return Promise.resolve();
    };
    const job: StreamJob = {
      outcome: new Promise(() => undefined),
      progress: () => Promise.resolve(undefined),
      setRate: (rate) => tell(`rate ${Math.round(rate)}`)(),
      pause: tell('pause'),
      resume: tell('resume'),
      cancel: tell('cancel'),
    };
    return { job, told };
  }
  const at = (state: StreamProgress['state']): StreamProgress => ({ state, doneBytes: 0, totalBytes: 1 });
  const free = { kind: 'flowing', bytesPerSecond: undefined } as const;
  const limited = { kind: 'flowing', bytesPerSecond: mib } as const;

  it('pauses and resumes the job with the rules, and leaves one that fails to those who try again', async () => {
    const { job, told } = jobOf();
    const pacer = new StreamPacer(job, false);
    await pacer.adjust(at('running'), { kind: 'held' }, { lineBytes: 0, atMs: 0 });
    await pacer.adjust(at('paused'), { kind: 'held' }, { lineBytes: 0, atMs: 1000 });
    await pacer.adjust(at('failing'), limited, { lineBytes: 0, atMs: 2000 });
    await pacer.adjust(at('disk-full'), limited, { lineBytes: 0, atMs: 3000 });
    await pacer.adjust(at('paused'), limited, { lineBytes: 0, atMs: 4000 });
    expect(told).toEqual(['pause', 'resume']);
  });

  it('sets a rate beside a guest only, and lifts it with the rule', async () => {
    const { job, told } = jobOf();
    const pacer = new StreamPacer(job, true);
    await pacer.adjust(at('running'), free, { lineBytes: 0, atMs: 0 });
    await pacer.adjust(at('running'), limited, { lineBytes: 0, atMs: 1000 });
    await pacer.adjust(at('running'), limited, { lineBytes: 2 * mib, atMs: 2000 });
    await pacer.adjust(at('running'), free, { lineBytes: 2 * mib, atMs: 3000 });
    expect(told).toEqual([`rate ${mib}`, `rate ${Math.round(mib * 0.375)}`, 'rate 0']);
  });
});

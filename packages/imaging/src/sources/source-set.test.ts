import { fail } from '@carrel/contract/errors';
import { type AppError, createManualClock } from '@carrel/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LayoutRepository } from '../repository/layout/layout-repository.ts';
import type { FrameSource, FrameSourceKind } from './frame-source.ts';
import { longestPauseMs, missesBeforePause } from './source-health.ts';
import { SourceSet } from './source-set.ts';

let made = 0;
function source(kind: FrameSourceKind): FrameSource {
  return { kind, repository: new LayoutRepository({ path: `/${kind}-${(made += 1)}`, name: 'x' }) };
}

const unreachable = (details: { retryAfterSeconds?: number } = {}): AppError =>
  fail('REPOSITORY_UNREACHABLE', { repository: 'x', reason: 'y', ...details });
const damaged = (): AppError => fail('IMAGE_DATA_DAMAGED', { what: 'Frame 1', source: 'x', reason: 'y' });
const missing = (): AppError => fail('IMAGE_DATA_MISSING', { what: 'Blob 1', source: 'x' });
const kinds = (set: SourceSet): string[] => set.candidates().map(({ kind }) => kind);

function office() {
  const clock = createManualClock();
  const [origin, mirror, peer, staged] = [
    source('origin'),
    source('mirror'),
    source('peer'),
    source('staged'),
  ];
  const bad: AppError[] = [];
  const onBadData = (error: AppError): void => void bad.push(error);
  const set = new SourceSet([origin, mirror, peer, staged], { clock, random: () => 0.999, onBadData });
  return { clock, origin, mirror, peer, staged, bad, set };
}

describe('SourceSet', () => {
  it('asks what is nearest first, and within a kind in the order given', () => {
    const [first, second] = [source('mirror'), source('mirror')];
    const set = new SourceSet([source('origin'), first, source('peer'), second, source('staged')]);
    expect(kinds(set)).toEqual(['staged', 'peer', 'mirror', 'mirror', 'origin']);
    expect(set.candidates().slice(2, 4)).toEqual([first, second]);
  });

  it('rests what fails, longer each time, and forgives what succeeds', async () => {
    const { clock, set, staged } = office();
    const pauses: number[] = [];
    for (let failure = 0; failure < 12; failure += 1) {
      set.failed(staged, unreachable());
      let pauseMs = 0;
      for (; set.candidates()[0] !== staged; pauseMs += 500) await clock.advance(500);
      pauses.push(pauseMs);
    }
    expect(pauses.slice(0, 5)).toEqual([1000, 2000, 4000, 8000, 16_000]);
    expect(pauses.at(-1)).toBe(longestPauseMs);
    set.succeeded(staged, { bytes: 1, requests: 1 });
    set.failed(staged, unreachable());
    await clock.advance(1000);
    expect(set.candidates()[0]).toBe(staged);
  });

  it('counts failures of requests that were under way together as one', async () => {
    const { clock, set, staged } = office();
    for (let request = 0; request < 10; request += 1) set.failed(staged, unreachable());
    await clock.advance(1000);
    expect(set.candidates()[0]).toBe(staged);
    expect(set.totals().find(({ kind }) => kind === 'staged')).toMatchObject({ failures: 10 });
  });

  it('waits as long as a server asks for, within bounds', async () => {
    const { clock, set, mirror } = office();
    set.failed(mirror, unreachable({ retryAfterSeconds: 30 }));
    await clock.advance(29_000);
    expect(kinds(set)).toEqual(['staged', 'peer', 'origin', 'mirror']);
    await clock.advance(1000);
    expect(kinds(set)).toEqual(['staged', 'peer', 'mirror', 'origin']);
    set.failed(mirror, unreachable({ retryAfterSeconds: 1e9 }));
    await clock.advance(longestPauseMs);
    expect(kinds(set)).toEqual(['staged', 'peer', 'mirror', 'origin']);
  });

  it('gives the origin first when everything rests, then what wakes next', async () => {
    const { clock, set, origin, mirror, peer, staged } = office();
    for (const each of [staged, peer]) set.failed(each, unreachable());
    await clock.advance(500);
    for (const each of [mirror, origin]) set.failed(each, unreachable());
    expect(set.candidates()).toEqual([origin, staged, peer, mirror]);
  });

  it('is not moved by a wall clock that jumps', () => {
    const { clock, set, staged } = office();
    set.failed(staged, unreachable());
    clock.setWallClock(Date.UTC(2100, 0));
    expect(set.candidates().at(-1)).toBe(staged);
  });

  it('bans whoever gave bad data, tells of it, and keeps the last', async () => {
    const { bad, clock, set, origin, mirror, peer, staged } = office();
    for (const each of [staged, origin, peer]) set.failed(each, damaged());
    await clock.advance(10 * longestPauseMs);
    expect(set.candidates()).toEqual([mirror]);
    set.failed(mirror, damaged());
    expect(set.candidates()).toEqual([mirror]);
    expect(bad).toHaveLength(4);
  });

  it('passes over a source that does not hold something without resting it, unless that goes on', () => {
    const { set, peer } = office();
    for (let miss = 1; miss < missesBeforePause; miss += 1) set.failed(peer, missing());
    set.succeeded(peer, { bytes: 1, requests: 1 });
    for (let miss = 1; miss < missesBeforePause; miss += 1) set.failed(peer, missing());
    expect(kinds(set)).toEqual(['staged', 'peer', 'mirror', 'origin']);
    set.failed(peer, missing());
    expect(kinds(set)).toEqual(['staged', 'mirror', 'origin', 'peer']);
    expect(set.totals().find(({ kind }) => kind === 'peer')).toMatchObject({ failures: 0 });
  });

  it('adds up by source, failed requests included', () => {
    const { set, origin, peer } = office();
    set.succeeded(peer, { bytes: 10, requests: 2 });
    set.failed(peer, unreachable(), { bytes: 5, requests: 1 });
    set.succeeded(origin, { bytes: 7, requests: 1 });
    const totals = set.totals();
    expect(totals[0]).toEqual({
      location: origin.repository.location,
      kind: 'origin',
      bytesDownloaded: 7,
      requests: 1,
      failures: 0,
    });
    expect(totals[2]).toMatchObject({ kind: 'peer', bytesDownloaded: 15, requests: 3, failures: 1 });
  });
});

const event = fc.record({
  at: fc.nat(5),
  what: fc.constantFrom('succeeded', 'unreachable', 'damaged', 'missing'),
  laterMs: fc.nat(200_000),
});
const someKinds = fc.array(fc.constantFrom<FrameSourceKind>('mirror', 'staged', 'peer'), { maxLength: 4 });

describe('whatever happens to a SourceSet', () => {
  it('has a candidate, never a banned one, and rests none for ever', async () => {
    await fc.assert(
      fc.asyncProperty(someKinds, fc.array(event, { maxLength: 40 }), async (others, events) => {
        const clock = createManualClock();
        const sources = ['origin' as const, ...others].map(source);
        const set = new SourceSet(sources, { clock });
        const errors = { unreachable, damaged, missing };
        const sound = new Set(sources);
        for (const { at, what, laterMs } of events) {
          const asked = set.candidates()[at % set.candidates().length];
          if (asked === undefined) throw new Error('no candidate');
          if (what === 'succeeded') set.succeeded(asked, { bytes: 1, requests: 1 });
          else set.failed(asked, errors[what]());
          if (what === 'damaged' && sound.size > 1) sound.delete(asked);
          expect(new Set(set.candidates())).toEqual(sound);
          await clock.advance(laterMs);
        }
        await clock.advance(longestPauseMs);
        const ranks = kinds(set).map((kind) => ['staged', 'peer', 'mirror', 'origin'].indexOf(kind));
        expect(ranks).toEqual(ranks.toSorted());
      }),
    );
  });
});

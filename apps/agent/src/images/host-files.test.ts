import { fail, type Lease } from '@carrel/contract';
import type { HostIndexStatus } from '@carrel/imaging';
import { createManualClock } from '@carrel/kit';
import { describe, expect, it } from 'vitest';
import { createHostFiles, type HostFilesParts } from './host-files.ts';

const day = 24 * 3_600_000;
const keyText = Buffer.alloc(32, 7).toString('base64url');

/** A computer with one permission; refreshes end when they are told to. */
function createComputer(useHostFiles: boolean) {
  const clock = createManualClock();
  const told: string[] = [];
  const failures: unknown[] = [];
  let held: HostIndexStatus[] = [];
  let isStarting = false;
  const pending: { finish(): void; fail(error: unknown): void }[] = [];
  const lease = { sealedKeys: 'sealed', image: { keyId: 'k' }, policy: { delivery: { useHostFiles } } };
  const parts: HostFilesParts = {
    index: {
      refresh: ({ key, signal }) => {
        told.push('refresh');
        return new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            told.push('gave way');
            reject(signal.reason as Error);
          });
          pending.push({
            finish: () => {
              const refreshedAt = new Date(clock.nowMs()).toISOString();
              held = [{ keyId: key.keyId, files: 3, fileBytes: 30, indexBytes: 9, refreshedAt }];
              // Only that it ended counts here.
              reject(fail('SEED_INDEX_BUSY', { path: 'done' }));
            },
            fail: reject,
          });
        });
      },
      status: () => Promise.resolve(held),
      clear: () => {
        told.push('clear');
        held = [];
        return Promise.resolve(0);
      },
    },
    leases: {
      list: () => Promise.resolve([lease as unknown as Lease]),
      openKeys: () => Promise.resolve({ repositoryKey: keyText, diskKey: keyText, secrets: {} }),
    },
    isGuestStarting: () => isStarting,
    clock,
    onFailure: (error) => void failures.push(error),
  };
  const files = createHostFiles(parts);
  return { clock, told, failures, files, pending, setStarting: (now: boolean) => (isStarting = now) };
}

/** Lets everything happen that can without time passing. */
const settle = async (clock: ReturnType<typeof createManualClock>): Promise<void> => {
  for (let turn = 0; turn < 30; turn += 1) await clock.advance(0);
};

describe('the index of the files of a computer', () => {
  it('is made a minute after the start, and again after a day', async () => {
    const computer = createComputer(true);
    const { clock, files, told, pending } = computer;
    const end = new AbortController();
    const running = files.run(end.signal);
    await settle(clock);
    expect(files.status).toMatchObject({ state: 'waiting', files: 0, refreshedAt: null });
    expect(told).toEqual([]);
    await clock.advance(60_000);
    await settle(clock);
    expect(told).toEqual(['refresh']);
    expect(files.status.state).toBe('running');
    pending[0]?.finish();
    await settle(clock);
    expect(files.status).toMatchObject({ state: 'waiting', files: 3, indexBytes: 9 });
    for (let hour = 0; hour < 12; hour += 1) await clock.advance(day / 24);
    await settle(clock);
    expect(told).toEqual(['refresh']);
    for (let hour = 0; hour < 13; hour += 1) await clock.advance(day / 24);
    await settle(clock);
    expect(told).toEqual(['refresh', 'refresh']);
    end.abort();
    await expect(running).rejects.toThrow();
  });

  it('gives way to a guest that starts, and goes on later', async () => {
    const { clock, files, told, setStarting, failures } = createComputer(true);
    const end = new AbortController();
    const running = files.run(end.signal);
    await settle(clock);
    await clock.advance(60_000);
    await settle(clock);
    setStarting(true);
    await clock.advance(1_000);
    await settle(clock);
    expect(told).toEqual(['refresh', 'gave way']);
    await clock.advance(5 * 60_000);
    await settle(clock);
    expect(told).toHaveLength(2);
    setStarting(false);
    await clock.advance(5 * 60_000);
    await settle(clock);
    expect(told).toEqual(['refresh', 'gave way', 'refresh']);
    expect(failures).toEqual([]);
    end.abort();
    await expect(running).rejects.toThrow();
  });

  it('goes when no permission allows its use', async () => {
    const { clock, files, told } = createComputer(false);
    const end = new AbortController();
    const running = files.run(end.signal);
    await settle(clock);
    await clock.advance(60_000);
    await settle(clock);
    expect(told).toEqual(['clear']);
    expect(files.status.state).toBe('off');
    end.abort();
    await expect(running).rejects.toThrow();
  });
});

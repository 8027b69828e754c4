import { describe, expect, it } from 'vitest';
import { createSyncLoop } from './sync-loop.ts';

/** A pace that goes on when hurried, and else never. */
function onDemand() {
  let hurried = Promise.withResolvers<undefined>();
  return {
    hurry: () => hurried.resolve(undefined),
    wait: async (_succeeded: boolean, signal?: AbortSignal) => {
      if (signal?.aborted) return;
      signal?.addEventListener('abort', () => hurried.resolve(undefined), { once: true });
      await hurried.promise;
      hurried = Promise.withResolvers();
    },
  };
}

describe('the sync loop', () => {
  it('answers who asks with a contact that began after the question', async () => {
    let contacts = 0;
    const loop = createSyncLoop(
      () => Promise.resolve(void (contacts += 1)),
      onDemand(),
      () => undefined,
    );
    const stop = new AbortController();
    const running = loop.run(stop.signal);
    await loop.syncNow();
    const before = contacts;
    await loop.syncNow();
    expect(contacts).toBe(before + 1);
    stop.abort();
    await running;
  });

  it('leaves nobody waiting once it has ended', async () => {
    const loop = createSyncLoop(
      () => Promise.resolve(),
      onDemand(),
      () => undefined,
    );
    const stop = new AbortController();
    const running = loop.run(stop.signal);
    stop.abort();
    await running;
    await expect(loop.syncNow()).rejects.toMatchObject({ name: 'AbortError' });
  });
});

import { createManualClock } from '@carrel/kit';
import { expect, it } from 'vitest';
import {
  createSignInLimiter,
  limiterWindowMs,
  type SignInLimiterOptions,
  triesAllowed,
  triesAtAccountAllowed,
} from './sign-in-limiter.ts';

const attempts = 10_000;

function setUp(options: Partial<SignInLimiterOptions> = {}) {
  const clock = createManualClock();
  const limiter = createSignInLimiter({ clock, ...options });
  let hashed = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  const hash = async (): Promise<void> => {
    hashed += 1;
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    await new Promise(setImmediate);
    atOnce -= 1;
  };
  /** Tries many times at once; how often a password was hashed, and the answers. */
  const flood = async (signIn: (number: number) => { address: string; account: string }) => {
    const answers = await Promise.allSettled(
      Array.from({ length: attempts }, (_, number) => limiter.attempt(signIn(number), hash)),
    );
    const refused = answers.filter((answer) => answer.status === 'rejected');
    for (const answer of refused) expect(answer.reason).toMatchObject({ code: 'REQUEST_LIMITED' });
    return { hashed, mostAtOnce, refused: refused.length };
  };
  return { clock, limiter, hash, flood };
}

it('hashes few of ten thousand passwords from one address, whichever the accounts', async () => {
  const { flood } = setUp();
  const outcome = await flood((number) => ({ address: '192.0.2.1', account: `user-${number}` }));
  expect(outcome).toMatchObject({ hashed: triesAllowed, refused: attempts - triesAllowed });
});

it('hashes few of ten thousand passwords for one account, from however many addresses', async () => {
  const { flood } = setUp();
  const outcome = await flood((number) => ({ address: `address-${number}`, account: 'Ada' }));
  expect(outcome).toMatchObject({ hashed: triesAtAccountAllowed, refused: attempts - triesAtAccountAllowed });
});

it('hashes a few passwords at a time and lets few wait, when each try comes from elsewhere for somebody else', async () => {
  const { flood } = setUp();
  const outcome = await flood((number) => ({ address: `address-${number}`, account: `user-${number}` }));
  expect(outcome.mostAtOnce).toBe(4);
  expect(outcome.hashed).toBe(68);
});

it('counts an account by its name in whatever case', async () => {
  const { limiter, hash } = setUp();
  const names = ['ada', 'ADA', 'Ada'];
  for (let number = 0; number < triesAtAccountAllowed; number += 1) {
    await limiter.attempt({ address: `address-${number}`, account: names[number % 3] ?? '' }, hash);
  }
  await expect(limiter.attempt({ address: 'another', account: 'aDa' }, hash)).rejects.toMatchObject({
    code: 'REQUEST_LIMITED',
  });
});

it('says how long to wait, and lets in again then', async () => {
  const { clock, limiter, hash } = setUp();
  const signIn = { address: '192.0.2.1', account: 'ada' };
  for (let number = 0; number < triesAtAccountAllowed; number += 1) await limiter.attempt(signIn, hash);
  await clock.advance(limiterWindowMs / 4);
  await expect(limiter.attempt(signIn, hash)).rejects.toMatchObject({
    details: { retryAfterSeconds: (limiterWindowMs * 3) / 4 / 1000 },
  });
  await clock.advance((limiterWindowMs * 3) / 4);
  await limiter.attempt(signIn, hash);
});

it('tells once a window that a limit is reached', async () => {
  const told: string[] = [];
  const { clock, flood } = setUp({
    onLimited: ({ account }, limit) => Promise.resolve(void told.push(`${limit} ${account}`)),
  });
  const sameAddress = (): { address: string; account: string } => ({ address: '192.0.2.1', account: 'ada' });
  await flood(sameAddress);
  expect(told).toEqual(['account ada', 'address ada']);
  await clock.advance(limiterWindowMs);
  await flood(sameAddress);
  expect(told).toHaveLength(4);
});

it('goes by what the settings allow', async () => {
  const { limiter, hash } = setUp({ triesPerMinute: () => Promise.resolve(2) });
  const attempt = (account: string) => limiter.attempt({ address: '192.0.2.1', account }, hash);
  await attempt('a');
  await attempt('b');
  await expect(attempt('c')).rejects.toMatchObject({ code: 'REQUEST_LIMITED' });
});

it('gives the place of work that failed to whoever waits', async () => {
  const { limiter } = setUp();
  const failing = Array.from({ length: 12 }, (_, number) =>
    limiter.attempt({ address: `address-${number}`, account: `user-${number}` }, () =>
      Promise.reject(new Error('the directory is away')),
    ),
  );
  for (const answer of await Promise.allSettled(failing)) expect(answer.status).toBe('rejected');
  expect(await limiter.attempt({ address: 'x', account: 'x' }, () => Promise.resolve('done'))).toBe('done');
});

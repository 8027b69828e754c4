import { type DeviceSignIn, fail } from '@carrel/contract';
import type { OidcIdentity } from '@carrel/directory';
import type { Services } from '../services.ts';
import { type CodeAttempt, openCodeAttempt, sealCodeAttempt } from './attempts.ts';
import type { OpenProvider, ProviderClients } from './provider-clients.ts';

/** What came of asking whether a sign-in by code is finished. */
export type CodeOutcome =
  | { readonly outcome: 'pending'; readonly intervalSeconds: number }
  | { readonly outcome: 'signed-in'; readonly provider: OpenProvider; readonly identity: OidcIdentity };

/** Sign-ins that a person finishes in any browser (RFC 8628). What is under way is carried by who began it. */
export interface CodeSignIn {
  /** @param deviceId where it is begun; only that device can finish it. `null`: a program signs in for itself */
  begin(providerId: string, deviceId: string | null): Promise<DeviceSignIn>;
  /**
   * Asks the provider, at most as often as it wants to be asked.
   *
   * @throws {SSO_ATTEMPT_UNKNOWN} {SSO_CODE_EXPIRED} {SSO_REFUSED} {SSO_TOKEN_INVALID} {SSO_NOT_ALLOWED}
   */
  finish(handle: string, deviceId: string | null): Promise<CodeOutcome>;
}

/** RFC 8628, 3.5: how much slower to ask each time the provider says so. */
const slowerSeconds = 5;
const longestIntervalSeconds = 60;
/** Longest a code is believed to be good for, whatever the provider says. */
const longestLifeSeconds = 1800;

export function createCodeSignIn(services: Services, clients: ProviderClients): CodeSignIn {
  const { clock } = services;
  const pace = createPace(() => clock.monotonicMs());
  return {
    begin: async (providerId, deviceId) => {
      const { client } = await clients.open(providerId);
      const flow = await client.beginDeviceFlow();
      const expiresInSeconds = Math.min(flow.expiresInSeconds, longestLifeSeconds);
      const intervalSeconds = Math.max(1, Math.min(flow.intervalSeconds, longestIntervalSeconds));
      const expiresAtMs = clock.nowMs() + expiresInSeconds * 1000;
      const { deviceCode } = flow;
      const attempt: CodeAttempt = { providerId, deviceCode, deviceId, intervalSeconds, expiresAtMs };
      return {
        handle: sealCodeAttempt(services, attempt),
        userCode: flow.userCode,
        verificationUri: flow.verificationUri,
        verificationUriComplete: flow.verificationUriComplete ?? null,
        expiresInSeconds,
        intervalSeconds,
      };
    },
    finish: async (handle, deviceId) => {
      const attempt = openCodeAttempt(services, handle);
      if (!attempt || attempt.deviceId !== deviceId) throw fail('SSO_ATTEMPT_UNKNOWN', {});
      const provider = await clients.open(attempt.providerId);
      if (attempt.expiresAtMs <= clock.nowMs()) throw fail('SSO_CODE_EXPIRED', {});
      const wait = pace.begin(attempt);
      if (wait !== undefined) return { outcome: 'pending', intervalSeconds: wait };
      const poll = await provider.client.pollDeviceFlow(attempt.deviceCode);
      if (poll.outcome === 'signed-in') return { ...poll, provider };
      return { outcome: 'pending', intervalSeconds: pace.end(attempt, poll.mustSlowDown) };
    },
  };
}

/** Keeps each sign-in to the pace its provider asks for, however fast it is asked about. */
function createPace(nowMs: () => number) {
  const attempts = new Map<string, { nextMs: number; intervalSeconds: number }>();
  const known = ({ deviceCode, intervalSeconds }: CodeAttempt) =>
    attempts.get(deviceCode) ?? { nextMs: Number.NEGATIVE_INFINITY, intervalSeconds };
  return {
    /** @returns the seconds to wait when it is too early; `undefined` when the provider may be asked now */
    begin: (attempt: CodeAttempt): number | undefined => {
      const state = known(attempt);
      if (nowMs() < state.nextMs) return Math.max(1, Math.ceil((state.nextMs - nowMs()) / 1000));
      attempts.delete(attempt.deviceCode);
      attempts.set(attempt.deviceCode, { ...state, nextMs: nowMs() + state.intervalSeconds * 1000 });
      forgetOldest(attempts);
      return undefined;
    },
    /** @returns the seconds until the provider may be asked again */
    end: (attempt: CodeAttempt, mustSlowDown: boolean): number => {
      const state = known(attempt);
      if (mustSlowDown) {
        state.intervalSeconds = Math.min(state.intervalSeconds + slowerSeconds, longestIntervalSeconds);
      }
      state.nextMs = nowMs() + state.intervalSeconds * 1000;
      return state.intervalSeconds;
    },
  };
}

const attemptsKept = 10_000;

function forgetOldest(attempts: Map<string, unknown>): void {
  if (attempts.size <= attemptsKept) return;
  const [oldest] = attempts.keys();
  if (oldest !== undefined) attempts.delete(oldest);
}

import type { KeyObject } from 'node:crypto';
import { type CallInput, type CallOutput, createApiClient, fail, type Route } from '@carrel/contract';
import { createPinnedFetch } from '@carrel/contract/node';
import { isAppError } from '@carrel/kit';
import type { Agent } from 'undici';
import type { Enrolment } from '../identity/enrolment.ts';
import { createDeviceProof, type ProofIdentity } from './device-proof.ts';

/** The way to the instance this computer is enrolled with. */
export interface ServerLink extends AsyncDisposable {
  readonly server: string;
  /** For other clients of the same server, such as the one of its repository. */
  readonly dispatcher: Agent;
  /**
   * Calls an operation as this device.
   *
   * @throws {SERVER_UNREACHABLE} no answer
   * @throws {SERVER_NOT_TRUSTED} an answer from somebody else
   * @throws {CLOCK_WRONG} {CERTIFICATE_NOT_CURRENT} the server's certificate does not hold at this time of the clock
   * @throws the server's own error
   */
  call<R extends Route>(route: R, input: CallInput<R>): Promise<CallOutput<R>>;
  /** How long the server asked to be left alone in its latest answer. */
  takeRetryAfterMs(): number | undefined;
}

const callTimeoutMs = 60_000;
/** A proof is refused when the clocks differ by more than this or so; below it, another reason is to blame. */
const noticeableOffsetMs = 5_000;
/** Certificates are not renewed on their last day: where the clock is off by so much, it is to blame for them. */
const wrongClockMs = 3_600_000;

/** What time it is. */
export interface LinkClocks {
  /** The wall clock, which may be wrong: the link learns the server's from its answers. */
  readonly nowMs: () => number;
  readonly trustedNowMs: () => number;
}

/** @param signingKey the device's present one */
export function createServerLink(
  enrolment: Enrolment,
  signingKey: () => KeyObject,
  { nowMs, trustedNowMs }: LinkClocks,
): ServerLink {
  let serverOffsetMs = 0;
  let lastDateMs: number | undefined;
  let retryAfterMs: number | undefined;
  const pinned = createPinnedFetch({
    authorityPem: enrolment.authority,
    onAnswer: (answer) => {
      lastDateMs = answer.dateMs;
      retryAfterMs = answer.retryAfterMs;
    },
  });
  const client = createApiClient({
    origin: enrolment.server,
    fetch: pinned.fetch,
    headers: async (route, url, body) => {
      const request = {
        method: route.method,
        path: new URL(url).pathname,
        body,
        nowMs: nowMs() + serverOffsetMs,
      };
      const identity: ProofIdentity = { ...enrolment, signingKey: signingKey() };
      return { authorization: `Bearer ${await createDeviceProof(identity, request)}` };
    },
  });
  /** @param usedMs the offset of the proof that was refused, which another call may have corrected meanwhile */
  const correctClock = (usedMs: number): boolean => {
    serverOffsetMs = (lastDateMs ?? nowMs()) - nowMs();
    return Math.abs(serverOffsetMs - usedMs) > noticeableOffsetMs;
  };
  const callOnce = async <R extends Route>(route: R, input: CallInput<R>): Promise<CallOutput<R>> => {
    const timeout = AbortSignal.timeout(callTimeoutMs);
    const signal = input.signal ? AbortSignal.any([input.signal, timeout]) : timeout;
    try {
      return await client.call(route, { ...input, signal });
    } catch (error) {
      throw withClock(error, enrolment.server, { nowMs, trustedNowMs });
    }
  };

  return {
    server: enrolment.server,
    dispatcher: pinned.dispatcher,
    call: async (route, input) => {
      const usedMs = serverOffsetMs;
      try {
        return await callOnce(route, input);
      } catch (error) {
        if (!isAppError(error, 'DEVICE_PROOF_INVALID') || !correctClock(usedMs)) throw error;
        return callOnce(route, input);
      }
    },
    takeRetryAfterMs: () => {
      const taken = retryAfterMs;
      retryAfterMs = undefined;
      return taken;
    },
    [Symbol.asyncDispose]: () => pinned[Symbol.asyncDispose](),
  };
}

/** Where the dates of the server's certificate are the trouble, and the clock is known to be wrong, that is to blame. */
function withClock(error: unknown, server: string, clocks: LinkClocks): unknown {
  if (!isAppError(error, 'CERTIFICATE_NOT_CURRENT')) return error;
  const [nowMs, trustedNowMs] = [clocks.nowMs(), clocks.trustedNowMs()];
  const { problem } = error.details;
  if (Math.abs(nowMs - trustedNowMs) < wrongClockMs || typeof problem !== 'string') return error;
  const times = { time: isoTime(nowMs), trustedTime: isoTime(trustedNowMs) };
  return fail('CLOCK_WRONG', { server, problem, ...times }, error);
}

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

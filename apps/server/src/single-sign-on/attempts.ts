import { z } from 'zod';
import type { Services } from '../services.ts';
import { seal, unseal } from './sealed.ts';

/** A browser has this long to come back. */
export const browserAttemptSeconds = 600;
const browserPurpose = 'sign-in-attempt';
const codePurpose = 'sign-in-code';

const browserAttemptSchema = z.object({
  providerId: z.string(),
  redirectUri: z.string(),
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  returnTo: z.string(),
  expiresAtMs: z.int(),
});
/** A sign-in under way in one browser, which carries it in a cookie it cannot read. */
export type BrowserAttempt = z.infer<typeof browserAttemptSchema>;

const codeAttemptSchema = z.object({
  providerId: z.string(),
  deviceCode: z.string(),
  /** The device it was begun at; `null` where a program signs in for itself. */
  deviceId: z.string().nullable(),
  intervalSeconds: z.int(),
  expiresAtMs: z.int(),
});
/** A sign-in under way by code, carried by who began it as a handle they cannot read. */
export type CodeAttempt = z.infer<typeof codeAttemptSchema>;

type Parts = Pick<Services, 'instance' | 'clock'>;

export function sealBrowserAttempt({ instance }: Parts, attempt: BrowserAttempt): string {
  return seal(instance.masterKey, browserPurpose, attempt);
}

/** `undefined` when it is not ours, or too old. */
export function openBrowserAttempt({ instance, clock }: Parts, sealed: string): BrowserAttempt | undefined {
  const attempt = unseal(instance.masterKey, browserPurpose, browserAttemptSchema, sealed);
  return attempt && attempt.expiresAtMs > clock.nowMs() ? attempt : undefined;
}

export function sealCodeAttempt({ instance }: Parts, attempt: CodeAttempt): string {
  return seal(instance.masterKey, codePurpose, attempt);
}

/** `undefined` when it is not ours; it may be too old. */
export function openCodeAttempt({ instance }: Parts, sealed: string): CodeAttempt | undefined {
  return unseal(instance.masterKey, codePurpose, codeAttemptSchema, sealed);
}

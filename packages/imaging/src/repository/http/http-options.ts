import type { Clock } from '@carrel/kit';
import type { ConnectionRules } from './connection-rules.ts';

/** How a registry or web server is reached. Nothing of it is ever logged. */
export interface HttpOptions {
  /** Certificate authorities in PEM to trust instead of the system's. */
  readonly ca?: string | undefined;
  /**
   * The `Authorization` header for the server itself, e.g. `Bearer …`; `undefined` sends none. Asked before every
   * request, so it may renew a token. Never sent to another origin.
   */
  readonly authorize?: (() => Promise<string | undefined>) | undefined;
  /** Answered to a Basic challenge, or given to the token server of a Bearer challenge. */
  readonly credentials?: { readonly userName: string; readonly password: string } | undefined;
  /** Servers that may be spoken to; default: all. */
  readonly rules?: ConnectionRules | undefined;
  /** Tries of one request, default 5. */
  readonly attempts?: number | undefined;
  /** A connection on which nothing arrives for so long is given up, default 30 s. */
  readonly stallTimeoutMs?: number | undefined;
  readonly clock?: Clock | undefined;
  /** Uniform in [0, 1). */
  readonly random?: (() => number) | undefined;
}

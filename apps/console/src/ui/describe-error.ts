import { isAppError } from '@carrel/kit';
import { z } from 'zod';

export interface DescribedError {
  readonly message: string;
  readonly remedy: string;
  /** `undefined` for failures of this page itself. */
  readonly code: string | undefined;
  /** What is wrong where, when the server found several things at once. */
  readonly faults: readonly Fault[];
}

const faultSchema = z.object({ field: z.string(), message: z.string(), remedy: z.string() });
export type Fault = z.output<typeof faultSchema>;
const faultsSchema = z.array(faultSchema).catch([]);

/** The two sentences people see for any failure. */
export function describeError(error: unknown): DescribedError {
  if (isAppError(error)) {
    const { message, remedy, code, details } = error;
    return { message, remedy, code, faults: faultsSchema.parse(details.faults) };
  }
  return {
    message: 'This page ran into a fault of its own.',
    remedy: `Reload the page; if it happens again, report this: ${error instanceof Error ? error.message : String(error)}`,
    code: undefined,
    faults: [],
  };
}

/** Seconds the server asks to wait before the next try; `undefined` when it does not. */
export function retryAfterSeconds(error: unknown): number | undefined {
  if (!isAppError(error)) return undefined;
  const value = error.details.retryAfterSeconds;
  return typeof value === 'number' && value > 0 ? Math.ceil(value) : undefined;
}

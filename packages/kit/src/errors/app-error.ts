/** How a failure is answered: the CLI exit code and the HTTP status follow from it. */
export type ErrorClass =
  | 'usage'
  | 'not-found'
  | 'denied'
  | 'conflict'
  | 'unreachable'
  | 'damaged'
  | 'cancelled'
  | 'other';

/** Process exit code for each class of failure; documented in `docs/reference/errors.md`. */
export const exitCodeByClass: Readonly<Record<ErrorClass, number>> = {
  other: 1,
  usage: 2,
  'not-found': 3,
  denied: 4,
  conflict: 5,
  unreachable: 6,
  damaged: 7,
  cancelled: 130,
};

/** The values an error message may mention. Never put a secret here: they are shown and logged. */
export type ErrorDetails = Readonly<
  Record<string, string | number | boolean | readonly string[] | readonly ErrorDetailRow[]>
>;

/** One of several things an error is about, such as a field that somebody else changed. */
export type ErrorDetailRow = Readonly<Record<string, string | number | boolean>>;

export interface AppErrorInit {
  /** Stable code from the catalogue, e.g. `IMAGE_TRUNCATED`. */
  readonly code: string;
  readonly errorClass: ErrorClass;
  /** HTTP status when a server answers with this error. */
  readonly httpStatus: number;
  /** One sentence: what happened. */
  readonly message: string;
  /** One sentence: what to do about it. */
  readonly remedy: string;
  /** Whether the same call may succeed later without anything being changed. */
  readonly retryable: boolean;
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
}

/** Every failure that a person or another process is meant to understand. Made by a catalogue, never by hand. */
export class AppError extends Error {
  readonly code: string;
  readonly errorClass: ErrorClass;
  readonly httpStatus: number;
  readonly remedy: string;
  readonly retryable: boolean;
  readonly details: ErrorDetails;

  constructor(init: AppErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'AppError';
    this.code = init.code;
    this.errorClass = init.errorClass;
    this.httpStatus = init.httpStatus;
    this.remedy = init.remedy;
    this.retryable = init.retryable;
    this.details = init.details ?? {};
  }

  get exitCode(): number {
    return exitCodeByClass[this.errorClass];
  }
}

/** Narrows to an {@link AppError}, of the given code when one is named. */
export function isAppError(value: unknown, code?: string): value is AppError {
  return value instanceof AppError && (code === undefined || value.code === code);
}

/** Whether the value is the rejection of an aborted operation, which handlers pass through untouched. */
export function isAbortError(value: unknown): boolean {
  return value instanceof Error && (value.name === 'AbortError' || value.name === 'ABORT_ERR');
}

import { type AppError, isAppError } from '@carrel/kit';
import { type Logger, pino } from 'pino';

/** Lines of JSON on standard error. Secrets are never given to it. */
export type AgentLog = Pick<Logger, 'info' | 'warn' | 'error'>;

export function createLog(): AgentLog {
  return pino({ name: 'carrel-agent', base: null }, pino.destination({ dest: 2, sync: true }));
}

/** The parts of an error that help whoever reads the log. */
export function logged(error: unknown): object {
  return isAppError(error) ? loggedAppError(error) : { err: error };
}

function loggedAppError(error: AppError): object {
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return { code: error.code, message: error.message, ...(cause === undefined ? {} : { cause }) };
}

import { fail } from '@carrel/contract/errors';

/**
 * The error to report when the system does not give a file of a layout: bad media, no right, a share that went away.
 * Another source may have it; errors that are not the system's stay as they are.
 */
export function unreadable(location: string, error: unknown): unknown {
  const isSystemError = error instanceof Error && 'errno' in error && 'code' in error;
  if (!isSystemError) return error;
  const reason = `a file of it cannot be read (${String(error.code)})`;
  return fail('REPOSITORY_UNREACHABLE', { repository: location, reason }, error);
}

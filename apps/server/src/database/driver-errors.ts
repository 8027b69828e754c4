import { fail } from '@carrel/contract';

/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY. */
const sqliteUnique = new Set([2067, 1555]);
/** SQLITE_BUSY and SQLITE_LOCKED, without their extended bits. */
const sqliteBusy = new Set([5, 6]);
const postgresUnique = '23505';
/** Class 08 (connection), 57P (shut down, starting up), 53300 (too many connections), and what sockets say. */
const unreachable =
  /^(08...|57P0.|53300|28...|3D000|ECONNREFUSED|ECONNRESET|ENOENT|ETIMEDOUT|ENOTFOUND|EPIPE)$/;
/** What a connection to a server does; the same codes from other calls are about files. */
const socketCalls = new Set(['connect', 'getaddrinfo', 'read', 'shutdown', 'write']);

/** Whether a statement failed because a row of that key exists. */
export function isUniqueViolation(error: unknown): boolean {
  if (sqliteCode(error) !== undefined) return sqliteUnique.has(sqliteCode(error) ?? 0);
  return textCode(error) === postgresUnique;
}

/**
 * The error to show for a database that cannot be used at all: it does not answer, or another program holds it.
 * Anything else comes back as it is.
 */
export function availabilityError(error: unknown): unknown {
  const code = sqliteCode(error);
  if (code !== undefined && sqliteBusy.has(code & 0xff)) return fail('DATABASE_LOCKED', {}, error);
  const text = textCode(error);
  if (text !== undefined && unreachable.test(text) && !isAboutFiles(error)) {
    return fail('DATABASE_UNREACHABLE', { reason: reasonOf(error) }, error);
  }
  return error;
}

function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}

function textCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Servers report no system call; sockets and files do, such as ENOENT for a socket as for a file that is missing. */
function isAboutFiles(error: unknown): boolean {
  if (!(error instanceof Error) || !('syscall' in error)) return false;
  return typeof error.syscall === 'string' && !socketCalls.has(error.syscall);
}

/** An AggregateError (every address of a host was tried) has no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

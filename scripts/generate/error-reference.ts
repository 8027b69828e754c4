import { errorCatalogue } from '@carrel/contract';
import { type ErrorDefinition, exitCodeByClass } from '@carrel/kit';
import { page, table } from './markdown.ts';

/** docs/reference/errors.md */
export function renderErrorReference(): string {
  const exitCodes = Object.entries(exitCodeByClass).map(([name, code]) => [String(code), name]);
  const entries: [string, ErrorDefinition][] = Object.entries(errorCatalogue);
  const rows = entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { errorClass, httpStatus, message, remedy, retryable }]) => [
      `\`${code}\``,
      errorClass,
      String(httpStatus),
      message,
      remedy,
      retryable ? 'yes' : '',
    ]);
  return page(
    'Errors',
    'Every error has a stable code, a sentence that says what happened, and one that says what to do. The command line prints them and exits with the code of the class; HTTP answers are problem documents (RFC 9457) with `code` and `remedy`.',
    '## Exit codes',
    table(['exit code', 'class'], exitCodes),
    '## Codes',
    table(['code', 'class', 'HTTP', 'what happened', 'what to do', 'may succeed later'], rows),
  );
}

import type { z } from 'zod';

const maxLength = 200;

/** What is wrong with data from outside, in one short line: the first problem found, and where. */
export function schemaReason(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'it is not valid';
  const place = issue.path.length === 0 ? '' : ` at ${issue.path.map(String).join('.')}`;
  // The names of fields come from outside as well, and the line goes to a terminal.
  const line = `${issue.message}${place}`.replaceAll(/\p{Cc}+/gu, ' ');
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}

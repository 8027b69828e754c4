/**
 * How long a server asks to wait before the next try, in seconds; `undefined` when it does not say (RFC 9110, 10.2.3).
 * A date is taken against the server's own clock, as far as it tells it.
 */
export function readRetryAfter(headers: ReadonlyMap<string, string>, nowMs: number): number | undefined {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text);
  const dueMs = Date.parse(text);
  if (Number.isNaN(dueMs)) return undefined;
  const serverMs = Date.parse(headers.get('date') ?? '');
  return Math.max(0, (dueMs - (Number.isNaN(serverMs) ? nowMs : serverMs)) / 1000);
}

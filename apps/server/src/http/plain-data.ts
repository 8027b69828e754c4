import { fail } from '@carrel/contract';

/** Deeper than anything an operation takes, and shallow enough for whatever walks through it. */
const deepest = 64;

/**
 * Refuses, before any schema looks at it, what no operation takes and what code that handles it could stumble over:
 * data nested very deeply, keys that stand for an object's prototype, and NUL, which PostgreSQL cannot store.
 *
 * @param value from `JSON.parse` or a query string
 * @throws {REQUEST_INVALID}
 */
export function requirePlainData(value: unknown): void {
  const ahead: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    if (typeof next.value === 'string') requireText(next.value);
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth >= deepest) throw invalid(`it is nested deeper than ${deepest} levels`);
    const depth = next.depth + 1;
    for (const [key, inner] of Object.entries(next.value)) {
      if (key === '__proto__') throw invalid('it has a key __proto__');
      requireText(key);
      ahead.push({ value: inner, depth });
    }
  }
}

function requireText(text: string): void {
  if (text.includes('\0')) throw invalid('it holds the character NUL');
}

function invalid(reason: string): Error {
  return fail('REQUEST_INVALID', { reason });
}

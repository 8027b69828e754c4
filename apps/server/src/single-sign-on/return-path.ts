/** Any origin: only paths below it are let through. */
const base = 'https://console.invalid';

/**
 * Where in the console a sign-in leads: the path asked for, or its beginning when that is no path of this console.
 * What a browser would take for another site (`//host`, `/\host`, `https:…`) is none.
 */
export function parseReturnPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || !/^\/(?![/\\])/.test(wanted) || wanted.length > 2000) return '/';
  const url = URL.parse(wanted, base);
  if (url?.origin !== base) return '/';
  const path = url.pathname + url.search + url.hash;
  // Parsing takes `/./` and `/x/..` away, which may leave what looks like a host.
  return /^\/(?![/\\])/.test(path) ? path : '/';
}

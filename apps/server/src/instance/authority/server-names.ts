import { hostname } from 'node:os';

/** Names of every server, and those the administrator added; each once. */
export function serverNames(added: readonly string[]): string[] {
  const names = ['localhost', '127.0.0.1', '::1', hostname(), ...added].map((name) => name.toLowerCase());
  return [...new Set(names)];
}

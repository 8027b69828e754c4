/** What a registry wants to see: RFC 7235 challenge of a scheme we can answer. */
export interface Challenge {
  readonly scheme: 'basic' | 'bearer';
  readonly parameters: Readonly<Record<string, string>>;
}

/** Reads the first usable challenge of a `WWW-Authenticate` header; `undefined` when there is none. */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  for (const match of (header ?? '').matchAll(/(?:^|,)\s*(basic|bearer)(?:\s+|$)/gi)) {
    const scheme = match[1]?.toLowerCase() === 'basic' ? 'basic' : 'bearer';
    const rest = (header ?? '').slice(match.index + match[0].length);
    return { scheme, parameters: parseParameters(rest) };
  }
  return undefined;
}

function parseParameters(text: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const match of text.matchAll(/([a-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi)) {
    const value = match[2]?.replaceAll(/\\(.)/g, '$1') ?? match[3] ?? '';
    parameters[(match[1] ?? '').toLowerCase()] = value;
  }
  return parameters;
}

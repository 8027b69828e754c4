import { parseAddress, parseAddressPrefix } from './ip-address.ts';

/** A rule about web addresses as a person writes it. */
export interface WebRuleText {
  readonly kind: 'domain-suffix' | 'ip-prefix' | 'all-local' | 'url';
  readonly value: string;
}

/** A rule about web addresses, ready to be compared. */
export type ParsedWebRule =
  /** ASCII (punycode), lower case, without dots around it. */
  | { readonly kind: 'domain-suffix'; readonly suffix: string }
  /** The first `bits` of an address: 4 bytes for IPv4, 16 for IPv6. */
  | { readonly kind: 'ip-prefix'; readonly bytes: readonly number[]; readonly bits: number }
  | { readonly kind: 'all-local' }
  | UrlPattern;

/** `*` in host and path stands for any characters, also none. */
export interface UrlPattern {
  readonly kind: 'url';
  /** `null`: http and https. */
  readonly scheme: 'http:' | 'https:' | null;
  /** ASCII, lower case; may hold `*`. */
  readonly host: string;
  /** `''`: the usual port of the scheme; `*`: any. */
  readonly port: string;
  /** Begins with `/` or `*`; may hold `*`; compared with the query where `hasQuery`. */
  readonly path: string;
  readonly hasQuery: boolean;
}

/** What a rule means, or why it means nothing. */
export function parseWebRule({ kind, value }: WebRuleText): ParsedWebRule | { readonly fault: string } {
  switch (kind) {
    case 'all-local':
      return value === '' ? { kind } : { fault: 'all-local has no value: expected it empty' };
    case 'domain-suffix':
      return parseDomainSuffix(value);
    case 'ip-prefix': {
      const prefix = parseAddressPrefix(value);
      return prefix
        ? { kind, ...prefix }
        : { fault: 'expected an address or the beginning of one, such as 10.1, 10.0.0.0/8 or 2001:db8::/32' };
    }
    case 'url':
      return parseUrlPattern(value);
  }
}

function parseDomainSuffix(value: string): ParsedWebRule | { readonly fault: string } {
  if (value.includes('*')) return { fault: 'expected no *: a suffix covers every name below it' };
  const suffix = toAsciiHost(value.replace(/^\./, ''));
  if (suffix === undefined || parseAddress(suffix)) return { fault: 'expected a domain such as example.com' };
  return { kind: 'domain-suffix', suffix };
}

const urlPattern =
  /^(?:(?<scheme>https?|\*):\/\/)?(?<host>[^/?#@:\\\s]+)(?::(?<port>\d{1,5}|\*))?(?<path>[/][^#\s\\]*)?$/i;

function parseUrlPattern(value: string): ParsedWebRule | { readonly fault: string } {
  const fault = { fault: 'expected an http or https address such as https://*.example.com/path/*' };
  const parts = urlPattern.exec(value)?.groups;
  if (!parts) return fault;
  const host = parts.host === undefined ? undefined : toAsciiPattern(parts.host);
  const port = parts.port ?? '';
  const path = parts.path === undefined ? '*' : normalPath(parts.path);
  if (host === undefined || path === undefined || Number(port) > 65_535) return fault;
  const scheme = schemeOf(parts.scheme?.toLowerCase());
  const isUsual = (scheme === 'http:' && port === '80') || (scheme === 'https:' && port === '443');
  return { kind: 'url', scheme, host, port: isUsual ? '' : port, path, hasQuery: path.includes('?') };
}

function schemeOf(text: string | undefined): UrlPattern['scheme'] {
  return text === 'http' || text === 'https' ? `${text}:` : null;
}

/** A host name as the URL standard writes it; `undefined` when it is none. */
export function toAsciiHost(text: string): string | undefined {
  if (/^$|^\.|\.\.|[\s/?#@:[\]\\%*<>^|]/.test(text) || !URL.canParse(`http://${text}/`)) return undefined;
  const { hostname } = new URL(`http://${text}/`);
  return hostname.replace(/\.$/, '') || undefined;
}

/** As {@link toAsciiHost}, for a host that may hold `*`: labels without one are converted by themselves. */
function toAsciiPattern(text: string): string | undefined {
  if (!text.includes('*')) return toAsciiHost(text);
  const labels = text.replace(/\.$/, '').split('.');
  const converted = labels.map((label) =>
    label.includes('*')
      ? /^[a-z0-9_*-]+$/i.test(label)
        ? label.toLowerCase()
        : undefined
      : asciiLabel(label),
  );
  return converted.includes(undefined) ? undefined : converted.join('.');
}

function asciiLabel(label: string): string | undefined {
  // A number alone would be read as an address.
  return /^\d+$/.test(label) ? label : toAsciiHost(label);
}

/** Path and query as the URL standard writes them: dots resolved, odd characters escaped. */
function normalPath(text: string): string | undefined {
  if (!URL.canParse(`http://host${text}`)) return undefined;
  const { pathname, search } = new URL(`http://host${text}`);
  return normalEscapes(pathname + search);
}

/** Escapes written one way (RFC 3986 6.2.2): `%2f` as `%2F`, and what needs none, such as `%61`, as itself. */
export function normalEscapes(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (escape, digits: string) => {
    const character = String.fromCharCode(parseInt(digits, 16));
    return /[a-z0-9._~-]/i.test(character) ? character : escape.toUpperCase();
  });
}

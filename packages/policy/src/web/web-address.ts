import { normalEscapes, parseAddress } from '@carrel/contract';

/** An address as a browser understands it, in the parts that rules speak of. */
export interface WebAddress {
  readonly scheme: 'http:' | 'https:';
  /** ASCII (punycode), lower case, without brackets or a dot at its end. */
  readonly host: string;
  /** Bytes of the host where it is an address; an IPv4 address within IPv6 is the IPv4 address. */
  readonly bytes: readonly number[] | undefined;
  /** `''` for the usual one of the scheme. */
  readonly port: string;
  readonly path: string;
  /** Begins with `?`, or empty. */
  readonly query: string;
}

/**
 * Reads an address by the URL standard, as browsers do: what stands before an `@` is no host, backslashes are slashes,
 * `0x7f.1` is 127.0.0.1, and tabs and line breaks are not there.
 *
 * @returns `undefined` when it is no http or https address
 */
export function readWebAddress(text: string): WebAddress | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port, pathname, search } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return {
    scheme: protocol,
    host,
    bytes: withoutMapping(parseAddress(host)),
    port,
    path: normalEscapes(pathname),
    query: normalEscapes(search),
  };
}

/** ::ffff:10.1.2.3 reaches 10.1.2.3 (RFC 4291 2.5.5.2). */
function withoutMapping(bytes: readonly number[] | undefined): readonly number[] | undefined {
  const isMapped =
    bytes?.length === 16 &&
    bytes.slice(0, 10).every((byte) => byte === 0) &&
    bytes[10] === 255 &&
    bytes[11] === 255;
  return isMapped ? bytes.slice(12) : bytes;
}

import { fail } from '@carrel/contract/errors';

/** An image in a local OCI image layout. */
export interface LayoutReference {
  readonly kind: 'layout';
  readonly path: string;
  readonly name: string;
  readonly tag: string;
}

/** An image in an OCI registry. Exactly one of `tag` and `digest` is set. */
export interface RegistryReference {
  readonly kind: 'registry';
  /** `https://host:5000`, without a path. */
  readonly origin: string;
  readonly name: string;
  readonly tag?: string;
  /** `sha256:` and 64 hex digits. */
  readonly digest?: string;
}

/** An image in an OCI image layout that a web server gives out as files. */
export interface WebLayoutReference {
  readonly kind: 'web-layout';
  /** `https://host:8443`, without a path. */
  readonly origin: string;
  /** Of the folder: empty, or `/a/b` as in a URL, without a slash at the end. */
  readonly path: string;
  readonly name: string;
  readonly tag: string;
}

export type ImageReference = LayoutReference | RegistryReference | WebLayoutReference;

// The grammars are those of the OCI distribution specification, "Pulling manifests".
const nameComponent = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const namePattern = new RegExp(`^${nameComponent}(?:/${nameComponent})*$`);
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;

const defaultName = 'image';
const defaultTag = 'latest';

/**
 * Reads `oci:PATH[:NAME[:TAG]]`, `oci:http(s)://HOST[:PORT]/PATH[:NAME[:TAG]]` or
 * `http(s)://HOST[:PORT]/NAME[:TAG|@sha256:…]`. NAME defaults to `image`, TAG to `latest`. A PATH may hold colons only
 * as a Windows drive letter.
 *
 * @throws {REFERENCE_INVALID}
 */
export function parseReference(text: string): ImageReference {
  if (/^oci:https?:\/\//i.test(text)) return parseWebLayout(text);
  if (text.startsWith('oci:')) return parseLayout(text);
  if (/^https?:\/\//i.test(text)) return parseRegistry(text);
  return refuse(text, 'it begins with neither oci: nor http:// nor https://');
}

/** The text that {@link parseReference} reads back to the same reference, with every default written out. */
export function formatReference(reference: ImageReference): string {
  if (reference.kind === 'layout') return `oci:${reference.path}:${reference.name}:${reference.tag}`;
  if (reference.kind === 'web-layout') {
    return `oci:${reference.origin}${reference.path || '/'}:${reference.name}:${reference.tag}`;
  }
  const version = reference.digest === undefined ? `:${reference.tag ?? defaultTag}` : `@${reference.digest}`;
  return `${reference.origin}/${reference.name}${version}`;
}

function parseLayout(text: string): LayoutReference {
  const rest = text.slice('oci:'.length);
  const drive = /^[a-zA-Z]:(?=[\\/])/.exec(rest)?.[0] ?? '';
  const [pathRest = '', name = defaultName, tag = defaultTag, ...extra] = rest.slice(drive.length).split(':');
  const path = drive + pathRest;
  if (path === '') return refuse(text, 'the path of the layout is empty');
  if (path.includes('\0')) return refuse(text, 'the path holds a NUL character');
  if (extra.length > 0) return refuse(text, 'it has more parts than PATH, NAME and TAG');
  checkName(text, name);
  checkTag(text, tag);
  return { kind: 'layout', path, name, tag };
}

function parseWebLayout(text: string): WebLayoutReference {
  const address = text.slice('oci:'.length);
  const { origin } = parseAddress(text, address);
  const pathStart = address.indexOf('/', address.indexOf('//') + 2);
  if (pathStart === -1) return refuse(text, 'the path after the host is missing');
  const [written = '', name = defaultName, tag = defaultTag, ...extra] = address.slice(pathStart).split(':');
  if (extra.length > 0) return refuse(text, 'it has more parts than PATH, NAME and TAG');
  checkName(text, name);
  checkTag(text, tag);
  // As the URL standard writes it: encoded once, without dot segments.
  const path = new URL(`${origin}${written}`).pathname.replace(/\/+$/, '');
  return { kind: 'web-layout', origin, path, name, tag };
}

function parseAddress(text: string, address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : refuse(text, 'it is not a URL');
  if (url.username !== '' || url.password !== '') return refuse(text, 'credentials do not belong in it');
  if (/[?#]/.test(address)) return refuse(text, 'it has a query or fragment');
  return url;
}

function parseRegistry(text: string): RegistryReference {
  const url = parseAddress(text, text);
  const path = text.slice(text.indexOf('/', text.indexOf('//') + 2) + 1);
  if (url.pathname.length <= 1) return refuse(text, 'the name after the host is missing');
  const [beforeDigest = '', digest, ...extra] = path.split('@');
  if (extra.length > 0) return refuse(text, 'it has more than one @');
  if (digest !== undefined) {
    if (!digestPattern.test(digest)) return refuse(text, 'the digest is not sha256: and 64 hex digits');
    checkName(text, beforeDigest);
    return { kind: 'registry', origin: url.origin, name: beforeDigest, digest };
  }
  const [name = '', tag = defaultTag, ...parts] = beforeDigest.split(':');
  if (parts.length > 0) return refuse(text, 'it has more than one tag');
  checkName(text, name);
  checkTag(text, tag);
  return { kind: 'registry', origin: url.origin, name, tag };
}

function checkName(text: string, name: string): void {
  if (name.length > 255 || !namePattern.test(name)) {
    refuse(text, `the name "${name}" is not lower-case letters and digits separated by . _ - or /`);
  }
}

function checkTag(text: string, tag: string): void {
  if (!tagPattern.test(tag)) refuse(text, `the tag "${tag}" is not letters, digits, . _ or -`);
}

function refuse(reference: string, reason: string): never {
  throw fail('REFERENCE_INVALID', { reference, reason });
}

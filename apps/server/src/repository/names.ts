/** A parsed repository name: lower-case path segments, safe as a relative path. */
export type RepositoryName = string & { readonly repositoryName: unique symbol };
/** A parsed tag. */
export type Tag = string & { readonly tag: unique symbol };
/** A parsed `sha256:HEX` content address. */
export type Digest = string & { readonly digest: unique symbol };

/** A manifest is named by tag or by digest. */
export type Reference =
  | { readonly kind: 'tag'; readonly tag: Tag }
  | { readonly kind: 'digest'; readonly digest: Digest };

// OCI Distribution 1.1, "Pulling manifests". A segment never starts with `_`, which storage folders do.
const namePattern = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;
const maximumNameLength = 255;

/** Whether the text is a repository name of at most 255 characters. */
export function isRepositoryName(text: string): text is RepositoryName {
  return text.length <= maximumNameLength && namePattern.test(text);
}

export function isTag(text: string): text is Tag {
  return tagPattern.test(text);
}

/** Whether the text is a sha256 digest, the one algorithm this repository stores by. */
export function isDigest(text: string): text is Digest {
  return digestPattern.test(text);
}

/** A tag or a digest; `undefined` when it is neither. */
export function parseReference(text: string): Reference | undefined {
  if (isDigest(text)) return { kind: 'digest', digest: text };
  return isTag(text) ? { kind: 'tag', tag: text } : undefined;
}

/** The digest of sha256 hex digits, as a hash object gives them. */
export function digestOfHex(hex: string): Digest {
  const digest = `sha256:${hex}`;
  if (!isDigest(digest)) throw new TypeError('expected 64 hex digits');
  return digest;
}

/** The hex digits of a digest. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

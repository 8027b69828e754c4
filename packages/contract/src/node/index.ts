export { type Authority, readAuthority, readTrustedAuthority } from './authority.ts';
export { createPinnedFetch, type PinnedFetch, type PinnedFetchOptions } from './pinned-fetch.ts';

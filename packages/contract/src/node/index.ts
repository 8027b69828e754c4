export { type Authority, readAuthority, readTrustedAuthority } from './authority.ts';
export { createPinnedFetch, type PinnedFetch, type PinnedFetchOptions } from './pinned-fetch.ts';
export { openSocketPath, type SocketPath } from './socket-path.ts';

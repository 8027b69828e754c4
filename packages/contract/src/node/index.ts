export { type Authority, findAuthority, parseFingerprint } from './authority.ts';
export {
  type AnswerHeaders,
  createPinnedFetch,
  type PinnedFetch,
  type PinnedFetchOptions,
} from './pinned-fetch.ts';
export { openSocketPath, type SocketPath } from './socket-path.ts';

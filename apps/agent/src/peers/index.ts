export type { OfficeLimits } from './office-limits.ts';
export {
  OfficePeers,
  type OfficePeersOptions,
  type OfficeStatus,
  type ShareOptions,
} from './office-peers.ts';

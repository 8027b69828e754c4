export { describeAddress, type NbdAddress, nbdUri } from './address.ts';
export { type ConnectNbdOptions, connectNbd } from './client/connect-nbd.ts';
export type { NbdDiskReader } from './client/nbd-disk-reader.ts';
export type { NbdLimits } from './server/export-view.ts';
export type { NbdReadPolicy } from './server/read-policy.ts';
export { type NbdServer, type NbdTrouble, type ServeNbdOptions, serveNbd } from './server/serve-nbd.ts';

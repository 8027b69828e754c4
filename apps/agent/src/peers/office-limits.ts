import type { TransferRate } from '@carrel/contract';

/** How much of this computer and its network office peers may use. */
export interface OfficeLimits {
  /** Packs used longest ago leave the frame store beyond this. */
  readonly storeBytes: number;
  readonly maximumUploads: number;
  /** All uploads together. */
  readonly uploadRate: TransferRate;
  /** In CIDR notation; only interfaces with an address in one of them are used. */
  readonly networks: readonly string[];
  /** Frames are handed out at this port, or another one where it is taken. */
  readonly port: number;
}

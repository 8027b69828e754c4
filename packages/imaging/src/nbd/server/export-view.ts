import type { DiskReader } from '../../disk/disk-reader.ts';
import { transmissionFlag } from '../protocol/constants.ts';
import type { PatienceDeps } from './read-policy.ts';

/** Bounds on what one client may cost. */
export interface NbdLimits {
  /** Largest read answered; larger ones get EINVAL. */
  readonly maxRequestBytes: number;
  /** Replies of one connection being prepared or sent at a time. */
  readonly maxInFlightBytes: number;
  readonly maxConnections: number;
  /** A client that has not chosen an export by then is cut off. */
  readonly handshakeTimeoutMs: number;
}

export const defaultLimits: NbdLimits = {
  maxRequestBytes: 32 * 1024 * 1024,
  maxInFlightBytes: 8 * 1024 * 1024,
  maxConnections: 16,
  handshakeTimeoutMs: 30_000,
};

/** What a connection needs to know of the export it serves. */
export interface ExportView {
  readonly disk: DiskReader;
  readonly exportName: string;
  readonly limits: NbdLimits;
  readonly patience: PatienceDeps;
  /** A request that could not be answered with data. */
  readonly onReadFailed: (error: unknown, offsetBytes: number, lengthBytes: number) => void;
}

/** The size and flags of the export, as both NBD_INFO_EXPORT and the old reply carry them (10 bytes). */
export function encodeExportInfo(view: ExportView, isStructured: boolean): Buffer {
  const info = Buffer.allocUnsafe(10);
  info.writeBigUInt64BE(BigInt(view.disk.sizeBytes), 0);
  const { hasFlags, readOnly, sendDontFragment, canMultiConn } = transmissionFlag;
  info.writeUInt16BE(hasFlags | readOnly | canMultiConn | (isStructured ? sendDontFragment : 0), 8);
  return info;
}

import type { Socket } from 'node:net';
import type { SocketReader } from '../protocol/socket-reader.ts';
import type { ExportView } from './export-view.ts';
import type { Session } from './negotiate.ts';

/** The state of one connection after the handshake. */
export interface Transmission {
  readonly socket: Socket;
  readonly reader: SocketReader;
  readonly view: ExportView;
  readonly session: Session;
  /** Aborted when the connection or the server ends. */
  readonly signal: AbortSignal;
}

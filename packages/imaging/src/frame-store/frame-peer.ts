import type { AppError } from '@carrel/kit';
import type { BlobRange } from '../repository/repository.ts';

/** What a peer says of one pack. */
export interface PeerPack {
  /** What it holds, ascending. */
  readonly held: readonly BlobRange[];
  /** It fetches an image that has this pack, and fetches frames of it for others too. */
  readonly isFetching: boolean;
}

/** Another computer that may hold frames. What it gives is not trusted. */
export interface FramePeer {
  /** Names it for as long as it runs; different for each. */
  readonly id: string;
  /** For people: its address. */
  readonly location: string;

  /** @throws {PEER_UNREACHABLE} */
  ask(packDigest: string, signal: AbortSignal): Promise<PeerPack>;

  /**
   * A range of a pack, as much of it as the peer gives.
   *
   * @param mayFetch whether the peer should fetch what it does not hold
   * @throws {IMAGE_DATA_MISSING} it holds no such thing
   * @throws {PEER_UNREACHABLE}
   */
  read(
    packDigest: string,
    range: BlobRange,
    mayFetch: boolean,
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array>;
}

/** The peers of one image at any time. */
export interface PeerCircle {
  /** This computer's own id. */
  readonly ownId: string;
  /** Those worth asking now. */
  list(): readonly FramePeer[];
  succeeded(peer: FramePeer): void;
  /** It did not answer, or too slowly. */
  failed(peer: FramePeer, error: AppError): void;
  /** It gave something else than was packed; it is not to be listed again. */
  lied(peer: FramePeer, error: AppError): void;
}

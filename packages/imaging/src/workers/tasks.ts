/** Work for a worker thread. Buffers are moved to it, not copied. */
export type WorkerTask =
  | {
      readonly kind: 'identify';
      /** Whole blocks. */
      readonly blocks: Uint8Array<ArrayBuffer>;
    }
  | {
      readonly kind: 'encode';
      /** Whole blocks; every 16 of them become a frame, the last frame may be shorter. */
      readonly blocks: Uint8Array<ArrayBuffer>;
    }
  | {
      readonly kind: 'decode';
      /** Stored frames back to back. */
      readonly stored: Uint8Array<ArrayBuffer>;
      readonly frames: FrameColumns;
      /** Also compute the id of every block. */
      readonly isIdentifying: boolean;
    }
  | {
      readonly kind: 'place';
      /** Stored frames back to back; they are opened and, when they are good, written to a file. */
      readonly stored: Uint8Array<ArrayBuffer>;
      readonly frames: FrameColumns;
      /** Descriptor of a file that is open for writing in this process. */
      readonly file: number;
      /** Three numbers a write, ascending: offset in the opened frames, length, offset in the file; in bytes. */
      readonly writes: Float64Array;
    };

/** Frames in order; `ids` has sixteen bytes a frame. */
export interface FrameColumns {
  readonly blockCounts: Uint8Array;
  readonly storedBytes: Uint32Array;
  readonly ids: Uint8Array;
}

export interface IdentifiedBlocks {
  /** The blocks given, moved back. */
  readonly blocks: Uint8Array<ArrayBuffer>;
  /** Four words a block; undefined content where the block is zero. */
  readonly ids: Uint32Array<ArrayBuffer>;
  /** 1 where the block is zero. */
  readonly zeros: Uint8Array<ArrayBuffer>;
}

export interface EncodedFrames extends FrameColumns {
  readonly stored: Uint8Array<ArrayBuffer>;
}

export interface DecodedFrames {
  readonly blocks: Uint8Array<ArrayBuffer>;
  /** Four words a block; empty unless asked for. */
  readonly ids: Uint32Array<ArrayBuffer>;
  /** Position of the first frame that is not what it should be; what comes after it is not decoded. */
  readonly badFrame: { readonly position: number; readonly reason: string } | undefined;
}

export interface PlacedFrames extends Pick<DecodedFrames, 'badFrame'> {
  /** Why the system refused a write; what was written before it stays. */
  readonly writeError: { readonly code: string; readonly message: string } | undefined;
}

/** What each kind of task gives. */
export interface TaskResults {
  readonly place: PlacedFrames;
  readonly identify: IdentifiedBlocks;
  readonly encode: EncodedFrames;
  readonly decode: DecodedFrames;
}

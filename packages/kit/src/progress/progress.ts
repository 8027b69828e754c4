/** How far a long operation has come. */
export interface ProgressUpdate {
  /** What is being done now, in the field's words: `hashing`, `uploading`. */
  readonly phase: string;
  readonly doneBytes?: number;
  /** `undefined` while the whole is not known. */
  readonly totalBytes?: number;
  /** A detail worth a line: the package being unpacked, the file being sent. */
  readonly note?: string;
}

/** Told about progress as often as the work likes; the receiver thins it out. Never throws. */
export type ProgressListener = (update: ProgressUpdate) => void;

/** What every long operation takes. */
export interface LongOperationOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: ProgressListener;
}

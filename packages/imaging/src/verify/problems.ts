import { type AppError, isAppError } from '@carrel/kit';

// A version without its packs has as many problems as frames; so many are listed, the others counted.
const maxListed = 1000;

/** Something that is not what was packed. */
export interface VerifyProblem {
  /** Digest of the blob it is in. */
  readonly blob: string;
  /** Where in the blob; `null` when it concerns all of it. */
  readonly offsetBytes: number | null;
  readonly error: AppError;
}

/** Gathers problems. */
export class ProblemList {
  readonly listed: VerifyProblem[] = [];
  count = 0;

  add(problem: VerifyProblem): void {
    this.count += 1;
    if (this.listed.length < maxListed) this.listed.push(problem);
  }

  /**
   * Does a piece of the work and notes what is damaged or missing; other failures pass through.
   *
   * @returns whether there was nothing to note
   */
  async noting(blob: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!isAppError(error) || error.errorClass !== 'damaged') throw error;
      this.add({ blob, offsetBytes: null, error });
      return false;
    }
  }
}

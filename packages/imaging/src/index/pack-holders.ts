import { isAppError } from '@carrel/kit';
import type { FrameSource } from '../sources/index.ts';
import type { ImageIndex } from './image-index.ts';

/** Remembers which packs lie in staged layouts, which often hold some of them only; others are taken at their word. */
export class PackHolders {
  readonly #index: ImageIndex;
  readonly #answers = new Map<FrameSource, Map<number, Promise<boolean>>>();

  constructor(index: ImageIndex) {
    this.#index = index;
  }

  /** @param pack position among the packs of the image */
  holds(source: FrameSource, pack: number): Promise<boolean> {
    if (source.kind !== 'staged') return Promise.resolve(true);
    const answers = this.#answers.get(source) ?? new Map<number, Promise<boolean>>();
    this.#answers.set(source, answers);
    const answer = answers.get(pack) ?? this.#ask(source, pack);
    answers.set(pack, answer);
    return answer;
  }

  async #ask({ repository }: FrameSource, pack: number): Promise<boolean> {
    const entry = this.#index.packs[pack];
    try {
      return entry !== undefined && (await repository.blobSize(entry.digest)) === entry.sizeBytes;
    } catch (error) {
      if (isAppError(error)) return false;
      throw error;
    }
  }
}

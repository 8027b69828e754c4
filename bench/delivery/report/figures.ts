import type { Usage } from '../measure/usage.ts';
import type { Traffic } from '../measure/web-server.ts';

/** What was measured of one tool doing one thing. */
export interface Figure extends Partial<Usage>, Partial<Traffic> {
  readonly scenario: string;
  readonly who: string;
  /** Size of its store afterwards: sum of the lengths of its files. */
  readonly storeBytes?: number;
  readonly note?: string;
}

/** All that a run measured, in the order it was measured. */
export class Figures {
  readonly #all: Figure[] = [];
  readonly #onFigure: (figure: Figure) => void;

  constructor(onFigure: (figure: Figure) => void) {
    this.#onFigure = onFigure;
  }

  add(figure: Figure): void {
    this.#all.push(figure);
    this.#onFigure(figure);
  }

  all(): readonly Figure[] {
    return this.#all;
  }

  find(scenario: string, who: string): Figure | undefined {
    return this.#all.find((figure) => figure.scenario === scenario && figure.who === who);
  }
}

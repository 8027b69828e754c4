/** Where a number of a document comes from. */
export interface Source {
  /** The rule that gives it, or what stands in for one: `plan`, `count`, `simulation`. */
  readonly ruleId: string;
  /** The decision, field of the plan or run it is taken from. */
  readonly of: string;
  /** What it was computed from, as `name = value`; empty for what is given. */
  readonly inputs: readonly string[];
}

/** A piece of a line. Only a `number` and what others wrote may hold digits; a test holds every document to that. */
export type Span =
  /** Our own words. */
  | { readonly kind: 'words'; readonly text: string; readonly isStrong?: boolean }
  /** What the plan calls something, or other text a person wrote; anything may stand in it. */
  | { readonly kind: 'name'; readonly text: string; readonly isStrong?: boolean }
  /** A number as it is shown, with the exact value, and where it comes from. */
  | { readonly kind: 'number'; readonly text: string; readonly value: number; readonly source: Source }
  /** A sentence or answer of a decision, which speaks of numbers of its own. */
  | { readonly kind: 'statement'; readonly text: string; readonly source: Source }
  /** A term, path or command to be taken literally. */
  | { readonly kind: 'code'; readonly text: string };

/** A line of text. */
export type Prose = readonly Span[];

export interface TableBlock {
  readonly kind: 'table';
  readonly caption: string;
  readonly columns: readonly { readonly title: string; readonly isNumeric?: boolean }[];
  /** As many cells as there are columns. */
  readonly rows: readonly (readonly Prose[])[];
}

export interface FigureBlock {
  readonly kind: 'figure';
  /** Unique in the document: lower-case letters, digits and hyphens. */
  readonly id: string;
  readonly caption: Prose;
  readonly drawing: Drawing;
  /** What the drawing shows, for those who do not see it. */
  readonly description: readonly Prose[];
}

export type Block =
  | { readonly kind: 'paragraph'; readonly text: Prose }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly items: readonly Prose[] }
  | TableBlock
  | FigureBlock;

export interface Section {
  /** Unique in the document: lower-case letters, digits and hyphens. */
  readonly id: string;
  readonly title: Prose;
  readonly blocks: readonly Block[];
  readonly sections: readonly Section[];
}

/** A design as a document, before it has a format. */
export interface PlanDocument {
  readonly title: Prose;
  readonly subtitle: Prose;
  readonly sections: readonly Section[];
}

/** What a shape stands for; renderers choose the colour. */
export type Tone = 'plain' | 'muted' | 'place' | 'server' | 'repository' | 'warning';

/** Lengths in pixels of a screen, from the top left. */
export type Shape =
  | {
      readonly kind: 'box';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly tone: Tone;
      readonly isDashed?: boolean;
    }
  | {
      readonly kind: 'line';
      readonly points: readonly (readonly [number, number])[];
      readonly tone: Tone;
      readonly isDashed?: boolean;
      readonly hasArrow?: boolean;
    }
  | {
      readonly kind: 'label';
      /** Start or middle of the line of writing, on its base line. */
      readonly x: number;
      readonly y: number;
      readonly text: Prose;
      readonly sizePx: number;
      readonly tone: Tone;
      readonly isCentered?: boolean;
      readonly isStrong?: boolean;
    };

export interface Drawing {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Later shapes lie on earlier ones. */
  readonly shapes: readonly Shape[];
}

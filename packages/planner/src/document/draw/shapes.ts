import type { Prose, Shape, Tone } from '../model/plan-document.ts';

export interface CardPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface CardText {
  readonly title: Prose;
  readonly lines: readonly Prose[];
  readonly tone: Tone;
  readonly isDashed?: boolean;
}

const padPx = 8;
const titlePx = 12;
const linePx = 10.5;
const lineStepPx = 15;

/** A box with a title and lines below it. */
export function card(
  { x, y, width, height }: CardPlace,
  { title, lines, tone, isDashed }: CardText,
): Shape[] {
  const left = { kind: 'label', x: x + padPx, tone } as const;
  return [
    { kind: 'box', x, y, width, height, tone, isDashed: isDashed === true },
    { ...left, y: y + 16, text: title, sizePx: titlePx, isStrong: true },
    ...lines.map((text, at) => ({ ...left, y: y + 31 + at * lineStepPx, text, sizePx: linePx })),
  ];
}

/** Height of a box with so many lines. */
export function cardHeightPx(lines: number): number {
  return 24 + lines * lineStepPx;
}

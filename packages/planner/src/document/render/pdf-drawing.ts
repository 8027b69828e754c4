import type { CanvasElement, Column, Content } from 'pdfmake/interfaces.js';
import type { Drawing, Shape } from '../model/plan-document.ts';
import { plainText } from '../model/prose.ts';
import { pdfText } from './pdf-text.ts';
import { arrowTip, paperPaint } from './render-svg.ts';

/** Height of the letters of DejaVu Sans above their base line, as a part of their size. */
const ascent = 0.93;

/** A drawing as lines and text of a PDF page, at most so wide. */
export function pdfDrawing(drawing: Drawing, maxWidthPt: number): Content {
  const scale = Math.min(0.75, maxWidthPt / drawing.widthPx);
  const canvas = drawing.shapes.flatMap((shape) => strokes(shape, scale));
  const labels = drawing.shapes.flatMap((shape) => (shape.kind === 'label' ? [label(shape, scale)] : []));
  const frame: CanvasElement = {
    type: 'rect',
    x: 0,
    y: 0,
    w: drawing.widthPx * scale,
    h: drawing.heightPx * scale,
    lineWidth: 0,
    lineColor: '#ffffff',
  };
  // Labels hang from where the picture ends, since what comes later is drawn on top.
  const top = -drawing.heightPx * scale;
  const lifted = labels.map(({ x, y, ...text }) => ({ ...text, relativePosition: { x, y: y + top } }));
  return { stack: [{ canvas: [frame, ...canvas] }, ...lifted], unbreakable: true, margin: [0, 6, 0, 6] };
}

function strokes(shape: Shape, scale: number): CanvasElement[] {
  switch (shape.kind) {
    case 'box': {
      const { fill, ink } = paperPaint[shape.tone];
      const [x, y] = [shape.x * scale, shape.y * scale];
      const size = { w: shape.width * scale, h: shape.height * scale, r: 5 * scale };
      const dash = shape.isDashed ? { dash: { length: 4 } } : {};
      return [{ type: 'rect', x, y, ...size, color: fill, lineColor: ink, lineWidth: 0.7, ...dash }];
    }
    case 'line': {
      const { ink } = paperPaint[shape.tone];
      const dash = shape.isDashed ? { dash: { length: 4 } } : {};
      const line: CanvasElement = {
        type: 'polyline',
        points: shape.points.map(([x, y]) => ({ x: x * scale, y: y * scale })),
        lineColor: ink,
        lineWidth: 0.7,
        ...dash,
      };
      const tip = shape.hasArrow ? arrowTip(shape.points) : [];
      if (tip.length === 0) return [line];
      const points = tip.map(([x, y]) => ({ x: x * scale, y: y * scale }));
      return [line, { type: 'polyline', points, closePath: true, color: ink, lineColor: ink, lineWidth: 0 }];
    }
    case 'label':
      return [];
  }
}

interface PlacedText {
  readonly x: number;
  readonly y: number;
  readonly columns: Column[];
}

function label(shape: Extract<Shape, { kind: 'label' }>, scale: number): PlacedText {
  const fontSize = shape.sizePx * scale;
  const width = (plainText(shape.text).length + 4) * fontSize;
  const text: Column = {
    text: pdfText(shape.text),
    width,
    fontSize,
    color: paperPaint[shape.tone].ink,
    bold: shape.isStrong === true,
    noWrap: true,
    ...(shape.isCentered ? { alignment: 'center' } : {}),
  };
  const x = shape.x * scale - (shape.isCentered ? width / 2 : 0);
  return { x, y: shape.y * scale - ascent * fontSize, columns: [text] };
}

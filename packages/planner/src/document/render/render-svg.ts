import type { Drawing, Shape, Tone } from '../model/plan-document.ts';
import { plainText } from '../model/prose.ts';
import { escapeHtml } from './escape-html.ts';

/** Colours of a tone: what fills a box, and what lines and letters are made of. */
export interface TonePaint {
  readonly fill: string;
  readonly ink: string;
}

/** Colours on paper. */
export const paperPaint: Readonly<Record<Tone, TonePaint>> = {
  plain: { fill: '#ffffff', ink: '#1b1f24' },
  muted: { fill: '#f2f4f6', ink: '#5a6472' },
  place: { fill: '#eef3fa', ink: '#24527a' },
  server: { fill: '#e3f0e6', ink: '#1d5c33' },
  repository: { fill: '#fdf1dc', ink: '#7a4a05' },
  warning: { fill: '#fbe6e4', ink: '#96231b' },
};

export interface SvgOptions {
  /** Name of the picture for those who do not see it. */
  readonly label: string;
  /** `paper`: colours in the picture; `page`: classes `fill-TONE` and `ink-TONE` of a style sheet around it. */
  readonly colors: 'paper' | 'page';
}

/** A drawing as one `svg` element without outside resources. */
export function renderSvg({ widthPx, heightPx, shapes }: Drawing, { label, colors }: SvgOptions): string {
  const paint = colors === 'paper' ? paperAttributes : pageAttributes;
  const size = `viewBox="0 0 ${format(widthPx)} ${format(heightPx)}" width="${format(widthPx)}"`;
  const font = 'font-family="DejaVu Sans, Segoe UI, Helvetica, Arial, sans-serif"';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escapeHtml(label)}" ${font}>`,
    ...(colors === 'paper' ? ['<rect width="100%" height="100%" fill="#ffffff"/>'] : []),
    ...shapes.map((shape) => renderShape(shape, paint)),
    '</svg>',
  ].join('\n');
}

type Paint = (part: 'fill' | 'stroke' | 'text', tone: Tone) => string;

function paperAttributes(part: 'fill' | 'stroke' | 'text', tone: Tone): string {
  const { fill, ink } = paperPaint[tone];
  if (part === 'fill') return `fill="${fill}" stroke="${ink}"`;
  return part === 'stroke' ? `fill="none" stroke="${ink}"` : `fill="${ink}"`;
}

function pageAttributes(part: 'fill' | 'stroke' | 'text', tone: Tone): string {
  return `class="${part}-${tone}"`;
}

function renderShape(shape: Shape, paint: Paint): string {
  switch (shape.kind) {
    case 'box':
      return `<rect x="${format(shape.x)}" y="${format(shape.y)}" width="${format(shape.width)}" height="${format(shape.height)}" rx="5" ${paint('fill', shape.tone)}${dashes(shape.isDashed)}/>`;
    case 'line': {
      const points = shape.points.map(([x, y]) => `${format(x)},${format(y)}`).join(' ');
      const line = `<polyline points="${points}" ${paint('stroke', shape.tone)}${dashes(shape.isDashed)}/>`;
      const tip = shape.hasArrow ? arrowTip(shape.points) : [];
      if (tip.length === 0) return line;
      const corners = tip.map(([x, y]) => `${format(x)},${format(y)}`).join(' ');
      return `${line}<polygon points="${corners}" ${paint('text', shape.tone)}/>`;
    }
    case 'label': {
      const anchor = shape.isCentered ? ' text-anchor="middle"' : '';
      const weight = shape.isStrong ? ' font-weight="bold"' : '';
      return `<text x="${format(shape.x)}" y="${format(shape.y)}" font-size="${format(shape.sizePx)}"${anchor}${weight} ${paint('text', shape.tone)}>${escapeHtml(plainText(shape.text))}</text>`;
    }
  }
}

/** Corners of the tip at the end of a line; none for a line without length. */
export function arrowTip(points: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const [end, before] = [points.at(-1), points.at(-2)];
  if (!end || !before) return [];
  const length = Math.hypot(end[0] - before[0], end[1] - before[1]);
  if (length === 0) return [];
  const [alongX, alongY] = [(end[0] - before[0]) / length, (end[1] - before[1]) / length];
  const [backX, backY] = [end[0] - 8 * alongX, end[1] - 8 * alongY];
  return [end, [backX - 4 * alongY, backY + 4 * alongX], [backX + 4 * alongY, backY - 4 * alongX]];
}

function dashes(isDashed: boolean | undefined): string {
  return isDashed ? ' stroke-dasharray="5 4"' : '';
}

function format(value: number): string {
  return String(Math.round(value * 10) / 10);
}

import type { Prose, Section, Source, Span } from './plan-document.ts';

/**
 * A line of our own words with spans between them.
 *
 * @example prose`${count} instances for ${users} users`
 */
export function prose(words: TemplateStringsArray, ...spans: readonly (Span | Prose)[]): Prose {
  return words.flatMap((text, at) => {
    const span = spans[at];
    const own: Span[] = text === '' ? [] : [{ kind: 'words', text }];
    return span === undefined ? own : [...own, ...('kind' in span ? [span] : span)];
  });
}

/** Our own words. */
export function words(text: string): Prose {
  return text === '' ? [] : [{ kind: 'words', text }];
}

/** Our own words, set off. */
export function strong(text: string): Span {
  return { kind: 'words', text, isStrong: true };
}

/** What the plan calls something, or other text that a person wrote. */
export function name(text: string): Span {
  return { kind: 'name', text };
}

/** Something to be taken literally. */
export function code(text: string): Span {
  return { kind: 'code', text };
}

/** What a decision says. */
export function statement(text: string, source: Source): Span {
  return { kind: 'statement', text, source };
}

/** A number with its unit, in the notation of {@link formatQuantity}. */
export function quantity(value: number, unit: string, source: Source): Span {
  return { kind: 'number', text: formatQuantity(value, unit), value, source };
}

/** Names, with commas between. */
export function names(list: readonly string[]): Prose {
  return joinProse(
    list.map((one) => [name(one)]),
    ', ',
  );
}

/** @param separator words between two lines */
export function joinProse(lines: readonly Prose[], separator: string): Prose {
  return lines.flatMap((line, at) => (at === 0 ? line : [...words(separator), ...line]));
}

/** The plain text of a line. */
export function plainText(line: Prose): string {
  return line.map(({ text }) => text).join('');
}

/** Every section below, each before those it holds, with its depth, from 1. */
export function* walkSections(sections: readonly Section[], depth = 1): Generator<[Section, number]> {
  for (const section of sections) {
    yield [section, depth];
    yield* walkSections(section.sections, depth + 1);
  }
}

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const rounded = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** `12,400 users`, `1.16 writes/s`; seconds and bytes get the unit in which they are easiest to read. */
export function formatQuantity(value: number, unit: string): string {
  if (unit === 's') return formatSeconds(value);
  if (unit === 'B') return formatBytes(value);
  const text = formatNumber(value);
  if (unit === '') return text;
  return `${text} ${value === 1 ? singular(unit) : unit}`;
}

/** Of a unit that is a word for things counted. */
function singular(unit: string): string {
  if (unit.endsWith('ies')) return `${unit.slice(0, -3)}y`;
  return /^[a-z]{3,}s$/u.test(unit) ? unit.slice(0, -1) : unit;
}

function formatBytes(bytes: number): string {
  const size = Math.abs(bytes);
  if (size >= 1e12) return `${formatNumber(bytes / 1e12)} TB`;
  if (size >= 1e9) return `${formatNumber(bytes / 1e9)} GB`;
  if (size >= 1e6) return `${formatNumber(bytes / 1e6)} MB`;
  return size >= 1000 ? `${formatNumber(bytes / 1000)} KB` : `${formatNumber(bytes)} B`;
}

function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'without end' : 'none';
  return Number.isInteger(value) || Math.abs(value) >= 1000 ? grouped.format(value) : rounded.format(value);
}

function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'never';
  if (seconds < 90) return `${formatNumber(seconds)} s`;
  if (seconds < 90 * 60) return `${formatNumber(seconds / 60)} min`;
  if (seconds < 72 * 3600) return `${formatNumber(seconds / 3600)} h`;
  return `${formatNumber(seconds / 86_400)} days`;
}

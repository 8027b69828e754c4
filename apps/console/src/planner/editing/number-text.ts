import type { SettingNode } from '../../schema-fields/index.ts';
import { isShare } from './plan-settings.ts';

const groupMark = /[,' \u00a0\u202f]/gu;
const grouped = /^-?\d{1,3}([,' \u00a0\u202f]\d{3})+(\.\d+)?$/u;
/** In whole numbers a point can only group, as in `4.200` people. */
const groupedByPoints = /^-?\d{1,3}(\.\d{3})+$/u;
const rate = /^(?<number>.*\d)\s*(?<unit>[kmg])(b(it)?)?(\/s|ps)?$/iu;
const mbitOfUnit: Readonly<Record<string, number>> = { k: 0.001, m: 1, g: 1000 };

/**
 * A number as people write it: `1,200`, `1 200`, `12,5`, `30 %`, `4.200` where it has to be whole, `1 Gbit/s` where a
 * rate belongs; the text itself where it is none.
 */
export function parseNumberText(text: string, node: SettingNode): number | string {
  const bare = text.trim().replace(/\s*%$/u, '');
  const { number = bare, unit = 'm' } = (isRate(node) ? rate.exec(bare)?.groups : undefined) ?? {};
  const plain = plainNumber(number, node);
  if (!/^-?(\d+\.?\d*|\.\d+)$/u.test(plain)) return text;
  const factor = isShare(node) ? 0.01 : (mbitOfUnit[unit.toLowerCase()] ?? 1);
  return factor === 1 ? Number(plain) : Number((Number(plain) * factor).toPrecision(12));
}

function plainNumber(text: string, node: SettingNode): string {
  if (grouped.test(text)) return text.replaceAll(groupMark, '');
  if (node.isWhole && groupedByPoints.test(text)) return text.replaceAll('.', '');
  return text.replace(',', '.');
}

function isRate({ path }: SettingNode): boolean {
  return /MbitPerSecond$/u.test(path);
}

/** How a value of a number field is shown for editing; parts of a whole in percent. */
export function numberText(value: unknown, node: SettingNode): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return '';
  return String(isShare(node) ? Number((value * 100).toPrecision(12)) : value);
}

import type { SettingNode } from '../../schema-fields/index.ts';
import { isShare } from './plan-settings.ts';

/** A number as people write it: `1,200`, `1 200`, `12,5`, `30 %`; the text itself where it is none. */
export function parseNumberText(text: string, node: SettingNode): number | string {
  const bare = text.trim().replace(/\s*%$/u, '');
  const plain = /^-?\d{1,3}([,' \u00a0\u202f]\d{3})+(\.\d+)?$/u.test(bare)
    ? bare.replaceAll(/[,' \u00a0\u202f]/gu, '')
    : bare.replace(',', '.');
  if (!/^-?(\d+\.?\d*|\.\d+)$/u.test(plain)) return text;
  return isShare(node) ? Number((Number(plain) / 100).toPrecision(12)) : Number(plain);
}

/** How a value of a number field is shown for editing; parts of a whole in percent. */
export function numberText(value: unknown, node: SettingNode): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return '';
  return String(isShare(node) ? Number((value * 100).toPrecision(12)) : value);
}

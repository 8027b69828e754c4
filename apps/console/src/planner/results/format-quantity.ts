import { formatDuration } from '@carrel/kit';

const wholeFormat = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const fineFormat = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** A number as people read it: thousands apart, not more digits than say something. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'endless' : '—';
  return Math.abs(value) >= 100 || Number.isInteger(value)
    ? wholeFormat.format(value)
    : fineFormat.format(value);
}

/** A size in the unit that suits it; GB are a thousand million bytes here, as in the plan. */
export function formatSize(sizeBytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, sizeBytes)) / 3)));
  return `${formatNumber(sizeBytes / 1000 ** step)} ${units[step] ?? 'B'}`;
}

/** A number with its unit; bytes and seconds in the size that suits them. */
export function formatQuantity(value: number, unit: string): string {
  if (unit === 'B') return formatSize(value);
  if (unit === 's' && Math.abs(value) >= 60) return formatSeconds(value);
  return unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}

/** A time of the design, which may never come. */
export function formatSeconds(seconds: number): string {
  return Number.isFinite(seconds) ? formatDuration(Math.round(seconds) * 1000) : 'never';
}

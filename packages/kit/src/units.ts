const binaryUnits = { k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 } as const;
const decimalUnits = { k: 1e3, m: 1e6, g: 1e9, t: 1e12 } as const;
const durationUnits = { ms: 1, s: 1e3, m: 60e3, h: 3_600e3, d: 86_400e3 } as const;

/**
 * Parses a size: `4096`, `64KiB`, `1.5 GiB`, `20G` (binary, as qemu-img reads it) or `10 MB` (decimal).
 * `undefined` when the text is not a size or not a whole number of bytes.
 */
export function parseSizeBytes(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(?:([kmgt])(i?b)?|b)?\s*$/i.exec(text);
  if (!match) return undefined;
  const unit = match[2]?.toLowerCase() as keyof typeof binaryUnits | undefined;
  const table = match[3]?.toLowerCase() === 'b' ? decimalUnits : binaryUnits;
  const bytes = Math.round(Number(match[1]) * (unit === undefined ? 1 : table[unit]));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Parses a transfer rate to bytes a second: `10 Mbit/s`, `2MB/s`, `500k` (bytes). `undefined` when it is none. */
export function parseRateBytesPerSecond(text: string): number | undefined {
  const bits = /^\s*(\d+(?:\.\d+)?)\s*([kmgt])?bit(?:\/s)?\s*$/i.exec(text);
  if (bits) {
    const unit = bits[2]?.toLowerCase() as keyof typeof decimalUnits | undefined;
    return Math.round((Number(bits[1]) * (unit === undefined ? 1 : decimalUnits[unit])) / 8);
  }
  return parseSizeBytes(text.replace(/\/s\s*$/i, ''));
}

/** Parses a length of time to milliseconds: `250ms`, `90s`, `15m`, `4h`, `7d`. `undefined` when it is none. */
export function parseDurationMs(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*$/i.exec(text);
  if (!match) return undefined;
  const unit = (match[2] ?? '').toLowerCase() as keyof typeof durationUnits;
  return Math.round(Number(match[1]) * durationUnits[unit]);
}

/** A size for people, in binary units with one decimal: `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
  let value = bytes;
  let step = 0;
  while (value >= 1024 && step < units.length - 1) {
    value /= 1024;
    step += 1;
  }
  return `${step === 0 ? value : value.toFixed(1)} ${units[step] ?? 'B'}`;
}

/** A length of time for people, in its two largest units: `1 h 5 min`, `42 s`, `350 ms`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return join(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return join(hours, 'h', minutes % 60, 'min');
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

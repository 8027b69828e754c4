import { formatDuration } from '@carrel/kit';

const hourMs = 3_600_000;

/** How long a workspace may be used without contact, in words; `null` is without limit. */
export function offlineSentence(offlineLimitHours: number | null): string {
  if (offlineLimitHours === null) return 'without limit';
  return offlineLimitHours === 0 ? 'not allowed' : `up to ${formatDuration(offlineLimitHours * hourMs)}`;
}

/** An offline limit as a person sets it. */
export type OfflineLimit = {
  kind: 'forbidden' | 'hours' | 'days' | 'unlimited';
  /** Hours or days; kept while neither is chosen. */
  amount: number | string;
};

export function offlineLimitOf(hours: number | null): OfflineLimit {
  if (hours === null) return { kind: 'unlimited', amount: 7 };
  if (hours === 0) return { kind: 'forbidden', amount: 7 };
  return hours % 24 === 0 ? { kind: 'days', amount: hours / 24 } : { kind: 'hours', amount: hours };
}

/** Hours as the schema takes them, or what was typed where it is no number. */
export function offlineHoursOf({ kind, amount }: OfflineLimit): number | string | null {
  switch (kind) {
    case 'unlimited':
      return null;
    case 'forbidden':
      return 0;
    case 'hours':
      return amount === 0 ? '' : amount;
    case 'days':
      return typeof amount === 'number' && amount > 0 ? amount * 24 : '';
  }
}

import { eventCatalogue, type StoredEvent } from '@carrel/contract';
import { formatBytes, formatDuration } from '@carrel/kit';

/** The sentence of an event with its amounts in units people read: `91.6 MiB`, `11.4 s`, `1 d`. */
export function eventSentence({ code, fields }: Pick<StoredEvent, 'code' | 'fields'>): string {
  return eventCatalogue[code].template.replaceAll(
    /\{(\w+)\}( bytes| s\b)?/g,
    (whole, name: string, unit: string | undefined) => {
      const value = fields[name];
      if (value === undefined) return whole;
      if (typeof value === 'number' && name.endsWith('Bytes')) return formatBytes(value);
      if (typeof value === 'number' && name.endsWith('Seconds')) return formatSeconds(value);
      return String(value) + (unit ?? '');
    },
  );
}

/** A tenth of a second matters for a boot, and for nothing longer than a minute. */
function formatSeconds(seconds: number): string {
  return seconds < 60 ? `${Number(seconds.toFixed(1))} s` : formatDuration(seconds * 1000);
}

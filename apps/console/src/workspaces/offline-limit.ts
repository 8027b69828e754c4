import { formatDuration } from '@carrel/kit';

const hourMs = 3_600_000;

/** How long a workspace may be used without contact, in words. */
export function offlineSentence(offlineLimitHours: number): string {
  return offlineLimitHours === 0 ? 'not allowed' : `up to ${formatDuration(offlineLimitHours * hourMs)}`;
}

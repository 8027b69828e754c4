const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const dateAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const dateOnly = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });
const clockTime = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** `21 Nov 2026, 04:12:33` in the reader's time zone. */
export function formatTime(time: string): string {
  return dateAndTime.format(new Date(time));
}

export function formatDate(time: string): string {
  return dateOnly.format(new Date(time));
}

/** The time of day alone for today, with the day before it otherwise. */
export function formatEventTime(time: string, nowMs: number): string {
  const date = new Date(time);
  const isToday = dateOnly.format(date) === dateOnly.format(nowMs);
  return isToday ? clockTime.format(date) : `${dayAndMonth.format(date)}, ${clockTime.format(date)}`;
}

/** How long ago, in one unit; a date once it is more than thirty days. Slightly ahead counts as now. */
export function formatAgo(thenMs: number, nowMs: number): string {
  const agoMs = nowMs - thenMs;
  if (agoMs < -5 * minuteMs || agoMs > 30 * dayMs) return dateOnly.format(thenMs);
  if (agoMs < minuteMs) return 'just now';
  if (agoMs < hourMs) return `${Math.floor(agoMs / minuteMs)} min ago`;
  if (agoMs < dayMs) return `${Math.floor(agoMs / hourMs)} h ago`;
  const days = Math.floor(agoMs / dayMs);
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

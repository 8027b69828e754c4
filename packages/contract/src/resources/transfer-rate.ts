import { parseRateBytesPerSecond } from '@carrel/kit';
import { z } from 'zod';

/** How fast data may be taken. */
export type TransferSpeed =
  | { readonly kind: 'unlimited' }
  /** Transfers pause; what a running guest asks for still flows. */
  | { readonly kind: 'off' }
  | { readonly kind: 'absolute'; readonly bytesPerSecond: number }
  /** Of what the line is measured to carry; 1 to 100. */
  | { readonly kind: 'share'; readonly percent: number };

/** When a rule counts, in the local time of the computer. */
export interface TransferWindow {
  /** First and last day, 0 being Sunday; the week wraps around. All days when absent. */
  readonly days?: { readonly first: number; readonly last: number };
  /**
   * Minutes of the day, the last excluded, at most 1440. A window that ends before it begins goes on into the next
   * morning and belongs to the day it began on. The whole day when absent.
   */
  readonly minutes?: { readonly from: number; readonly to: number };
}

export interface TransferRule extends TransferWindow {
  readonly speed: TransferSpeed;
}

/** The first rule whose window holds the present counts; without one, transfers are unlimited. */
export type TransferRate = readonly TransferRule[];

/** A moment as people at the computer see it. */
export interface LocalTime {
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly minuteOfDay: number;
}

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const minutesPerDay = 24 * 60;
const maxRules = 20;
const unlimited: TransferSpeed = { kind: 'unlimited' };

/** Text of a transfer rate: comma-separated rules `[DAYS] [HH:MM-HH:MM] RATE`, such as `mon-fri 08:00-18:00 2M, 30%`. */
export const transferRateSchema = z
  .string()
  .max(500)
  .superRefine((text, context) => {
    const bad = text.split(',').find((rule) => parseRule(rule) === undefined);
    const isTooLong = text.split(',').length > maxRules;
    if (bad === undefined && !isTooLong) return;
    const message = isTooLong
      ? `expected at most ${maxRules} rules`
      : `"${(bad ?? '').trim()}" is no rule: expected [DAYS] [HH:MM-HH:MM] RATE, RATE being 2M (bytes a second), 30%, unlimited or off`;
    context.addIssue({ code: 'custom', message });
  })
  .describe('Rules such as "mon-fri 08:00-18:00 2M, 30%"; the first that matches the local time counts');

/** Parses the text of a transfer rate; `undefined` when {@link transferRateSchema} refuses it. */
export function parseTransferRate(text: string): TransferRate | undefined {
  const rules = text.split(',').map(parseRule);
  const isGood = text.length <= 500 && rules.length <= maxRules;
  return isGood && rules.every((rule) => rule !== undefined) ? rules : undefined;
}

/** The text that {@link parseTransferRate} reads as this rate. */
export function formatTransferRate(rate: TransferRate): string {
  return rate.map(formatRule).join(', ');
}

/** How fast data may be taken at a moment. */
export function transferSpeedAt(rate: TransferRate, moment: LocalTime): TransferSpeed {
  return rate.find((rule) => isInWindow(rule, moment))?.speed ?? unlimited;
}

function isInWindow({ days, minutes }: TransferWindow, { weekday, minuteOfDay }: LocalTime): boolean {
  if (minutes === undefined) return isOnDay(days, weekday);
  const { from, to } = minutes;
  if (from < to) return isOnDay(days, weekday) && minuteOfDay >= from && minuteOfDay < to;
  if (minuteOfDay >= from) return isOnDay(days, weekday);
  return minuteOfDay < to && isOnDay(days, (weekday + 6) % 7);
}

function isOnDay(days: TransferWindow['days'], weekday: number): boolean {
  if (days === undefined) return true;
  const { first, last } = days;
  return first <= last ? weekday >= first && weekday <= last : weekday >= first || weekday <= last;
}

function parseRule(text: string): TransferRule | undefined {
  const words = text.trim().toLowerCase().split(/\s+/);
  const days = parseDays(words[0] ?? '');
  if (days) words.shift();
  const minutes = parseMinutes(words[0] ?? '');
  if (minutes) words.shift();
  // What is left may be written in two words: "2 MB/s".
  const speed = parseSpeed(words.join(' '));
  return speed && { ...(days && { days }), ...(minutes && { minutes }), speed };
}

function parseDays(word: string): TransferWindow['days'] {
  const [first, last, ...others] = word.split('-').map((name) => dayNames.findIndex((day) => day === name));
  if (first === undefined || first === -1 || last === -1 || others.length > 0) return undefined;
  return { first, last: last ?? first };
}

function parseMinutes(word: string): TransferWindow['minutes'] {
  const match = /^(\d{2}):(\d{2})-(\d{2}):(\d{2})$/.exec(word);
  if (!match) return undefined;
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = match.slice(1).map(Number);
  const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
  const isGood = fromMinute < 60 && toMinute < 60 && from < minutesPerDay && to <= minutesPerDay;
  return isGood && from !== to ? { from, to } : undefined;
}

function parseSpeed(text: string): TransferSpeed | undefined {
  if (text === 'off' || text === 'unlimited') return { kind: text };
  const percent = /^(\d{1,3})%$/.exec(text)?.[1];
  if (percent !== undefined) {
    const isShare = Number(percent) >= 1 && Number(percent) <= 100;
    return isShare ? { kind: 'share', percent: Number(percent) } : undefined;
  }
  const bytesPerSecond = parseRateBytesPerSecond(text);
  return bytesPerSecond === undefined || bytesPerSecond < 1
    ? undefined
    : { kind: 'absolute', bytesPerSecond };
}

function formatRule({ days, minutes, speed }: TransferRule): string {
  const parts: string[] = [];
  if (days) {
    const [first, last] = [dayNames[days.first] ?? '', dayNames[days.last] ?? ''];
    parts.push(first === last ? first : `${first}-${last}`);
  }
  if (minutes) parts.push(`${formatMinute(minutes.from)}-${formatMinute(minutes.to)}`);
  return [...parts, formatSpeed(speed)].join(' ');
}

function formatMinute(minute: number): string {
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
}

function formatSpeed(speed: TransferSpeed): string {
  switch (speed.kind) {
    case 'absolute':
      return formatBytesPerSecond(speed.bytesPerSecond);
    case 'share':
      return `${speed.percent}%`;
    case 'off':
    case 'unlimited':
      return speed.kind;
  }
}

/** With the largest suffix that leaves a whole number. */
function formatBytesPerSecond(bytes: number): string {
  const units = [
    ['G', 1024 ** 3],
    ['M', 1024 ** 2],
    ['K', 1024],
  ] as const;
  const unit = units.find(([, size]) => bytes % size === 0);
  return unit === undefined ? String(bytes) : `${bytes / unit[1]}${unit[0]}`;
}

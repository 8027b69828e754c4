declare const unit: unique symbol;
/** A number that knows its unit: two units cannot take each other's place. */
type Quantity<U extends string> = number & { readonly [unit]: U };

export type Bytes = Quantity<'bytes'>;
export type BytesPerSecond = Quantity<'bytes/second'>;
export type Seconds = Quantity<'seconds'>;

/** Bytes of a size in GB, a thousand million bytes each. */
export const bytesOfGb = (sizeGb: number): Bytes => (sizeGb * 1e9) as Bytes;

/** GB of a number of bytes. */
export const gbOfBytes = (sizeBytes: number): number => sizeBytes / 1e9;

/** Bytes that were counted as such. */
export const bytes = (count: number): Bytes => count as Bytes;

/** What a link of so many Mbit/s (a million bits each) carries in bytes a second. */
export const rateOfMbit = (rateMbitPerSecond: number): BytesPerSecond =>
  ((rateMbitPerSecond * 1e6) / 8) as BytesPerSecond;

/** Mbit/s of a rate in bytes a second. */
export const mbitOfRate = (rate: BytesPerSecond): number => (rate * 8) / 1e6;

export const secondsOfHours = (hours: number): Seconds => (hours * 3600) as Seconds;

export const hoursOfSeconds = (seconds: number): number => seconds / 3600;

/** Seconds that were counted as such. */
export const seconds = (count: number): Seconds => count as Seconds;

/** How long bytes take at a rate; endless at none. */
export function transferSeconds(size: Bytes, rate: BytesPerSecond): Seconds {
  if (size === 0) return seconds(0);
  return seconds(rate > 0 ? size / rate : Number.POSITIVE_INFINITY);
}

/** The rate at which bytes are carried within a time. */
export function rateWithin(size: Bytes, time: Seconds): BytesPerSecond {
  return (size / time) as BytesPerSecond;
}

/** So many times as much. */
export const times = <Q extends Bytes | BytesPerSecond | Seconds>(quantity: Q, factor: number): Q =>
  (quantity * factor) as Q;

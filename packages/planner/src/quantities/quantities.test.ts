import { describe, expect, it } from 'vitest';
import {
  type Bytes,
  type BytesPerSecond,
  bytes,
  bytesOfGb,
  gbOfBytes,
  hoursOfSeconds,
  mbitOfRate,
  rateOfMbit,
  type Seconds,
  secondsOfHours,
  transferSeconds,
} from './quantities.ts';

describe('quantities', () => {
  it('counts GB in thousand millions of bytes, Mbit in millions of bits, a byte in eight', () => {
    expect(bytesOfGb(4)).toBe(4_000_000_000);
    expect(gbOfBytes(1_500_000_000)).toBe(1.5);
    expect(rateOfMbit(100)).toBe(12_500_000);
    expect(mbitOfRate(rateOfMbit(37))).toBe(37);
    expect(secondsOfHours(2)).toBe(7200);
    expect(hoursOfSeconds(5400)).toBe(1.5);
  });

  it('has 4 GB on 100 Mbit/s take 320 s; endless on no link; nothing takes no time', () => {
    expect(transferSeconds(bytesOfGb(4), rateOfMbit(100))).toBe(320);
    expect(transferSeconds(bytesOfGb(4), rateOfMbit(0))).toBe(Number.POSITIVE_INFINITY);
    expect(transferSeconds(bytes(0), rateOfMbit(0))).toBe(0);
  });

  it('takes one unit for another nowhere: the compiler refuses it', () => {
    const size: Bytes = bytesOfGb(1);
    const rate: BytesPerSecond = rateOfMbit(8);
    const time: Seconds = secondsOfHours(1);
    // @ts-expect-error a rate is no size
    transferSeconds(rate, rate);
    // @ts-expect-error a size is no rate
    transferSeconds(size, size);
    // @ts-expect-error hours and seconds are no size
    transferSeconds(time, rate);
    // @ts-expect-error a bare number has no unit
    transferSeconds(4, rate);
    expect(transferSeconds(size, rate)).toBe(1000);
  });
});

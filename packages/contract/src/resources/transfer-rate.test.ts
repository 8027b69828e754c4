import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatTransferRate,
  parseTransferRate,
  type TransferRate,
  transferRateSchema,
  transferSpeedAt,
} from './transfer-rate.ts';

const speeds = fc.oneof(
  fc.constantFrom({ kind: 'off' } as const, { kind: 'unlimited' } as const),
  fc.record({ kind: fc.constant('absolute' as const), bytesPerSecond: fc.integer({ min: 1, max: 2 ** 40 }) }),
  fc.record({ kind: fc.constant('share' as const), percent: fc.integer({ min: 1, max: 100 }) }),
);
const day = fc.integer({ min: 0, max: 6 });
const windows = fc.record(
  {
    days: fc.record({ first: day, last: day }),
    minutes: fc
      .record({ from: fc.integer({ min: 0, max: 1439 }), to: fc.integer({ min: 0, max: 1440 }) })
      .filter(({ from, to }) => from !== to),
  },
  { requiredKeys: [] },
);
const rates = fc.array(
  fc.tuple(windows, speeds).map(([window, speed]) => ({ ...window, speed })),
  { minLength: 1, maxLength: 8 },
);

describe('the text of a transfer rate', () => {
  it('is read back as the rate it was written from', () => {
    fc.assert(
      fc.property(rates, (rate) => {
        const text = formatTransferRate(rate);
        expect(parseTransferRate(text)).toEqual(rate);
        expect(transferRateSchema.safeParse(text).success).toBe(true);
      }),
    );
  });

  it('is refused by the schema exactly when it cannot be parsed, whatever it is', () => {
    const words = fc.constantFrom(
      'mon',
      'fri-',
      'sun-tue',
      '08:00-18:00',
      '25:00-26:00',
      '2M',
      '0',
      '101%',
      ',',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(words).map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(transferRateSchema.safeParse(text).success).toBe(parseTransferRate(text) !== undefined);
      }),
    );
  });

  it.each([
    ['20M', 20 * 1024 ** 2],
    ['10 Mbit/s', 1_250_000],
    ['2MB/s', 2_000_000],
  ])('takes %s as every rate was written before', (text, bytesPerSecond) => {
    expect(parseTransferRate(text)).toEqual([{ speed: { kind: 'absolute', bytesPerSecond } }]);
  });

  it.each([
    '',
    'mon',
    '08:00-18:00',
    '0%',
    '30% 40%',
    '0',
    '08:00-08:00 2M',
    '8:00-18:00 2M',
    'mon-fri-sun 2M',
    '2M,',
  ])('refuses "%s" and says which rule is wrong', (text) => {
    const { error } = transferRateSchema.safeParse(text);
    expect(error?.issues[0]?.message).toContain('is no rule');
  });
});

describe('the speed at a moment', () => {
  const at = (text: string, weekday: number, hour: number, minute = 0) => {
    const rate: TransferRate = parseTransferRate(text) ?? [];
    return transferSpeedAt(rate, { weekday, minuteOfDay: hour * 60 + minute }).kind;
  };

  it('is that of the first rule whose window holds it', () => {
    const text = 'mon-fri 08:00-18:00 2M, sat 5%, off';
    expect(at(text, 1, 8)).toBe('absolute');
    expect(at(text, 5, 17, 59)).toBe('absolute');
    expect(at(text, 5, 18)).toBe('off');
    expect(at(text, 6, 12)).toBe('share');
    expect(at(text, 0, 12)).toBe('off');
    expect(at('mon 2M', 2, 0)).toBe('unlimited');
  });

  it('counts the hours after midnight to the day before', () => {
    const text = 'fri 22:00-06:00 2M, off';
    expect(at(text, 5, 23)).toBe('absolute');
    expect(at(text, 6, 5, 59)).toBe('absolute');
    expect(at(text, 6, 6)).toBe('off');
    expect(at(text, 5, 3)).toBe('off');
    expect(at(text, 6, 22)).toBe('off');
  });

  it('lets a range of days go over the end of the week', () => {
    expect(at('sat-mon off, 2M', 0, 12)).toBe('off');
    expect(at('sat-mon off, 2M', 3, 12)).toBe('absolute');
  });
});

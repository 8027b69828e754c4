import { type AssignmentSettings, assignmentSettingsSchema } from '@carrel/contract';
import type { AssignmentId } from '@carrel/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { type EffectiveSettings, type GrantingAssignment, resolveGrants } from './resolve-grants.ts';

type SettingsInput = z.input<typeof assignmentSettingsSchema>;

const make = (
  id: string,
  settings: SettingsInput = {},
  kind: 'user' | 'group' = 'group',
  effect: 'allow' | 'deny' = 'allow',
): GrantingAssignment => ({
  id: id as AssignmentId,
  effect,
  principal: { kind, id: id as never },
  settings: assignmentSettingsSchema.parse(settings),
});

function granted(...parameters: Parameters<typeof resolveGrants>) {
  const result = resolveGrants(...parameters);
  if (result.outcome !== 'granted') throw new Error(`outcome ${result.outcome}`);
  return result;
}

describe('grants taken together', () => {
  it('are none without assignments', () => {
    expect(resolveGrants([])).toEqual({ outcome: 'none' });
  });

  it('give a single grant as it is', () => {
    const { settings, leftOut } = granted([make('a', { expiresOn: '2026-12-31', clipboard: 'to-host' })]);
    const { expiresOn, timeZone, offlineLimitHours, ...doors } = assignmentSettingsSchema.parse({
      clipboard: 'to-host',
    });
    expect([expiresOn, timeZone, offlineLimitHours]).toEqual([null, 'UTC', 168]);
    expect(settings).toEqual({
      validUntil: Date.parse('2027-01-01T00:00:00Z') / 1000,
      offlineLimitSeconds: 168 * 3600,
      ...doors,
    });
    expect(leftOut).toEqual([]);
  });

  it.each<[string, SettingsInput, SettingsInput, (settings: EffectiveSettings) => unknown, unknown]>([
    [
      'the later last day',
      { expiresOn: '2026-12-31' },
      { expiresOn: '2026-11-30' },
      (settings) => settings.validUntil,
      Date.parse('2027-01-01T00:00:00Z') / 1000,
    ],
    ['no last day', { expiresOn: '2026-12-31' }, {}, (settings) => settings.validUntil, null],
    [
      'the longer time offline',
      { offlineLimitHours: 0 },
      { offlineLimitHours: 48 },
      (settings) => settings.offlineLimitSeconds,
      172_800,
    ],
    [
      'no limit offline',
      { offlineLimitHours: null },
      { offlineLimitHours: 48 },
      (settings) => settings.offlineLimitSeconds,
      null,
    ],
    [
      'deletion only where both ask for it',
      { deletion: { whenExpired: true, whenDisabled: true } },
      { deletion: { whenExpired: true } },
      (settings) => settings.deletion,
      { whenDisabled: false, whenExpired: true, whenOfflineTooLong: false },
    ],
    [
      'both directions of the clipboard, one from each',
      { clipboard: 'to-host' },
      { clipboard: 'to-workspace' },
      (settings) => settings.clipboard,
      'both',
    ],
    [
      'a door that one of them opens',
      { isPrintingAllowed: false, isOpticalDriveAllowed: true },
      { isPrintingAllowed: true },
      (settings) => [settings.isPrintingAllowed, settings.isOpticalDriveAllowed],
      [true, true],
    ],
    [
      'files of every kind either allows',
      { fileTransfer: { toHost: { isAllowed: true, extensions: ['pdf', 'txt'] } } },
      { fileTransfer: { toHost: { isAllowed: true, extensions: ['docx', 'pdf'] } } },
      (settings) => settings.fileTransfer.toHost.extensions,
      ['docx', 'pdf', 'txt'],
    ],
    [
      'files of every kind where one has no list',
      { fileTransfer: { toHost: { isAllowed: true, extensions: ['pdf'] } } },
      { fileTransfer: { toHost: { isAllowed: true } } },
      (settings) => settings.fileTransfer.toHost,
      { isAllowed: true, command: null, extensions: null },
    ],
    [
      'no check of files where one of those that allow them has none',
      { fileTransfer: { toHost: { isAllowed: true, command: 'scan' } } },
      { fileTransfer: { toHost: { isAllowed: true } } },
      (settings) => settings.fileTransfer.toHost.command,
      null,
    ],
    [
      'the check of files, where the other does not allow them at all',
      { fileTransfer: { toHost: { isAllowed: true, command: 'scan', extensions: ['pdf'] } } },
      { fileTransfer: { toHost: { isAllowed: false, extensions: ['exe'] } } },
      (settings) => settings.fileTransfer.toHost,
      { isAllowed: true, command: 'scan', extensions: ['pdf'] },
    ],
    [
      'nothing of what stands beside a door that is shut',
      { fileTransfer: { toWorkspace: { command: 'scan' } } },
      {},
      (settings) => settings.fileTransfer.toWorkspace,
      { isAllowed: false, command: null, extensions: null },
    ],
  ])('give %s', (_what, one, other, read, expected) => {
    expect(read(granted([make('a', one), make('b', other)]).settings)).toEqual(expected);
    expect(read(granted([make('b', one), make('a', other)]).settings)).toEqual(expected);
  });

  it('take the check of the user’s own grant where several have one', () => {
    const scanBy = (command: string) => ({ fileTransfer: { toHost: { isAllowed: true, command } } });
    const own = make('z', scanBy('own'), 'user');
    const { settings, reasons } = granted([make('a', scanBy('group')), own]);
    expect(settings.fileTransfer.toHost.command).toBe('own');
    expect(reasons['fileTransfer.toHost.command']).toEqual({ from: 'z', together: [], overrode: ['a'] });
  });

  it('say which assignment supplied a value, which ones said the same, and which it overrode', () => {
    const { reasons } = granted([
      make('a', { expiresOn: '2026-12-31', offlineLimitHours: 0 }),
      make('b', { expiresOn: '2026-11-30', offlineLimitHours: 48 }),
      make('c', { expiresOn: '2026-12-31', offlineLimitHours: 24, clipboard: 'to-host' }),
    ]);
    expect(reasons.validUntil).toEqual({ from: 'a', together: ['c'], overrode: ['b'] });
    expect(reasons.offlineLimitSeconds).toEqual({ from: 'b', together: [], overrode: ['a', 'c'] });
    expect(reasons.clipboard).toEqual({ from: 'a', together: ['b'], overrode: ['c'] });
  });

  it('name all that a value comes from where none says all of it, and nobody who adds nothing', () => {
    const { reasons } = granted([
      make('a', { clipboard: 'to-host' }),
      make('b', { clipboard: 'to-workspace' }),
      make('c', { clipboard: 'none' }),
    ]);
    expect(reasons.clipboard).toEqual({ from: 'a', together: ['b'], overrode: ['c'] });
  });

  it('are beaten by any denial, whatever the precedence', () => {
    const grants = [make('a', {}, 'user'), make('b', {}, 'group', 'deny')];
    expect(resolveGrants(grants)).toEqual({ outcome: 'denied', by: ['b'] });
    expect(resolveGrants(grants, { precedence: 'user' })).toEqual({ outcome: 'denied', by: ['b'] });
  });

  it('to the user alone count where the workspace says so', () => {
    const grants = [make('a', { clipboard: 'none' }, 'user'), make('b', { clipboard: 'both' })];
    expect(granted(grants).settings.clipboard).toBe('both');
    const own = granted(grants, { precedence: 'user' });
    expect(own.settings.clipboard).toBe('none');
    expect(own.leftOut).toEqual([{ id: 'b', reason: 'outranked' }]);
    expect(granted(grants.slice(1), { precedence: 'user' }).settings.clipboard).toBe('both');
  });

  it('that have expired open no door beside one that has not', () => {
    const grants = [make('a', { expiresOn: '2026-01-31' }), make('b', { clipboard: 'none' })];
    const nowMs = Date.parse('2026-02-01T00:00:00Z');
    const now = granted(grants, { nowMs });
    expect(now.settings.clipboard).toBe('none');
    expect(now.leftOut).toEqual([{ id: 'a', reason: 'expired' }]);
    expect(granted(grants, { nowMs: nowMs - 1 }).settings.clipboard).toBe('both');
    expect(granted(grants.slice(0, 1), { nowMs }).settings.validUntil).toBe(nowMs / 1000);
  });

  it('of the user’s own that have expired still go before those of groups', () => {
    const grants = [make('a', { expiresOn: '2026-01-31' }, 'user'), make('b')];
    const nowMs = Date.parse('2026-03-01T00:00:00Z');
    expect(granted(grants, { precedence: 'user', nowMs }).settings.validUntil).toBe(
      Date.parse('2026-02-01T00:00:00Z') / 1000,
    );
  });
});

const anyDirection = fc.record({
  isAllowed: fc.boolean(),
  command: fc.constantFrom(null, 'scan', 'check'),
  extensions: fc.constantFrom<string[] | null>(null, ['pdf'], ['docx', 'pdf'], ['txt']),
});
const anySettings = fc.record({
  expiresOn: fc.option(fc.constantFrom('2026-01-01', '2026-06-30', '2027-01-01')),
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin'),
  offlineLimitHours: fc.option(fc.nat(3)),
  deletion: fc.record({
    whenDisabled: fc.boolean(),
    whenExpired: fc.boolean(),
    whenOfflineTooLong: fc.boolean(),
  }),
  clipboard: fc.constantFrom<AssignmentSettings['clipboard']>('none', 'to-workspace', 'to-host', 'both'),
  fileTransfer: fc.record({ toWorkspace: anyDirection, toHost: anyDirection }),
  isPrintingAllowed: fc.boolean(),
  isOpticalDriveAllowed: fc.boolean(),
});
const anyKind = fc.constantFrom('user' as const, 'group' as const);
const anyGrants = fc
  .array(fc.tuple(anySettings, anyKind), { minLength: 1, maxLength: 5 })
  .map((all) => all.map(([settings, kind], at) => make(`g${at}`, settings, kind)));
const precedence = fc.constantFrom('least-restrictive' as const, 'user' as const);
const nowMs = fc.constantFrom(0, Date.parse('2026-03-01T00:00:00Z'), Date.parse('2030-01-01T00:00:00Z'));

describe('for any grants', () => {
  it('neither their order nor repetition matters', () => {
    fc.assert(
      fc.property(anyGrants, precedence, nowMs, fc.infiniteStream(fc.nat()), (grants, rule, now, order) => {
        const rules = { precedence: rule, nowMs: now };
        const keyed = [...grants, ...grants].map((item) => ({ item, key: Number(order.next().value) }));
        const shuffled = keyed.toSorted((a, b) => a.key - b.key).map(({ item }) => item);
        const [plain, again] = [granted(grants, rules), granted(shuffled, rules)];
        expect(again.settings).toEqual(plain.settings);
        expect(Object.entries(again.reasons).map(([setting, reason]) => [setting, reason.from])).toEqual(
          Object.entries(plain.reasons).map(([setting, reason]) => [setting, reason.from]),
        );
      }),
    );
  });

  it('one more makes nothing stricter, but under precedence user', () => {
    fc.assert(
      fc.property(anyGrants, anySettings, anyKind, nowMs, (grants, more, kind, now) => {
        const before = granted(grants, { nowMs: now }).settings;
        const after = granted([...grants, make('more', more, kind)], { nowMs: now }).settings;
        expect(isAtLeast(after, before, now)).toBe(true);
      }),
    );
  });

  it('every reason names grants that count, each once', () => {
    fc.assert(
      fc.property(anyGrants, precedence, nowMs, (grants, rule, now) => {
        const { reasons, leftOut } = granted(grants, { precedence: rule, nowMs: now });
        const left = leftOut.map(({ id }) => id);
        for (const { from, together, overrode } of Object.values(reasons)) {
          expect([from, ...together, ...overrode, ...left].toSorted()).toEqual(grants.map(({ id }) => id));
        }
      }),
    );
  });
});

/** Whether one permits all the other does. A grant that was over may give way to one that is not. */
function isAtLeast(after: EffectiveSettings, before: EffectiveSettings, now: number): boolean {
  const isOver = (settings: EffectiveSettings): boolean =>
    settings.validUntil !== null && settings.validUntil * 1000 <= now;
  if (isOver(before) && !isOver(after)) return true;
  const number = (value: number | null): number => value ?? Infinity;
  const directions = { none: [0, 0], 'to-workspace': [1, 0], 'to-host': [0, 1], both: [1, 1] };
  const [toWorkspace = 0, toHost = 0] = directions[before.clipboard];
  const [afterToWorkspace = 0, afterToHost = 0] = directions[after.clipboard];
  const isDeletedLess = Object.entries(after.deletion).every(
    ([reason, isDeleted]) => !isDeleted || before.deletion[reason as keyof typeof before.deletion],
  );
  const isTransferKept = (['toWorkspace', 'toHost'] as const).every((way) => {
    const [a, b] = [after.fileTransfer[way], before.fileTransfer[way]];
    if (!b.isAllowed) return true;
    const hasAll =
      a.extensions === null || (b.extensions?.every((one) => a.extensions?.includes(one)) ?? false);
    return a.isAllowed && hasAll && (a.command === null || b.command !== null);
  });
  return (
    number(after.validUntil) >= number(before.validUntil) &&
    number(after.offlineLimitSeconds) >= number(before.offlineLimitSeconds) &&
    afterToWorkspace >= toWorkspace &&
    afterToHost >= toHost &&
    isDeletedLess &&
    isTransferKept &&
    (after.isPrintingAllowed || !before.isPrintingAllowed) &&
    (after.isOpticalDriveAllowed || !before.isOpticalDriveAllowed)
  );
}

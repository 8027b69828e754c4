import {
  fail,
  type Intervals,
  instanceSettings,
  type Setting,
  type SettingName,
  type SettingValue,
  settingNameSchema,
} from '@carrel/contract';
import type { LockoutLimits } from '@carrel/directory';
import { z } from 'zod';
import type { Queries } from '../database/index.ts';
import { parseJson } from '../database/values.ts';

/** How many days events are kept, by severity. */
export interface Retention {
  readonly information: number;
  readonly warning: number;
  readonly error: number;
}

type Values<Names extends SettingName> = { readonly [Name in Names]: SettingValue<Name> };

/** What settings of the instance are set to, else their standard values; one query for all of them. */
export async function readSettings<const Names extends SettingName>(
  queries: Queries,
  names: readonly Names[],
): Promise<Values<Names>> {
  const rows = await queries
    .selectFrom('settings')
    .selectAll()
    .where('name', 'in', names as readonly string[])
    .execute();
  const stored = new Map(rows.map((row) => [row.name, row.valueJson]));
  const entries = names.map((name) => [name, valueOf(name, stored.get(name))]);
  return Object.fromEntries(entries) as Values<Names>;
}

/** How often agents make contact with this instance. */
export async function readIntervals(queries: Queries): Promise<Intervals> {
  const values = await readSettings(queries, [
    'contact.policySeconds',
    'contact.imageSeconds',
    'contact.eventSeconds',
  ]);
  return {
    policySeconds: values['contact.policySeconds'],
    imageSeconds: values['contact.imageSeconds'],
    eventSeconds: values['contact.eventSeconds'],
  };
}

/** When an account is locked after wrong passwords, and for how long. */
export async function readLockoutLimits(queries: Queries): Promise<LockoutLimits> {
  const values = await readSettings(queries, ['signIn.failuresBeforeLock', 'signIn.lockMinutes']);
  return {
    failuresAllowed: values['signIn.failuresBeforeLock'],
    lockoutMs: values['signIn.lockMinutes'] * 60_000,
  };
}

export async function readRetention(queries: Queries): Promise<Retention> {
  const values = await readSettings(queries, [
    'events.informationDays',
    'events.warningDays',
    'events.errorDays',
  ]);
  return {
    information: values['events.informationDays'],
    warning: values['events.warningDays'],
    error: values['events.errorDays'],
  };
}

/** Every setting there is, as it is set now. */
export async function listSettings(queries: Queries): Promise<Setting[]> {
  const rows = await queries.selectFrom('settings').selectAll().execute();
  const stored = new Map(rows.map((row) => [row.name, row.valueJson]));
  return settingNameSchema.options.map((name) => settingOf(name, stored.get(name)));
}

/**
 * Sets a setting from now on.
 *
 * @returns what it was before, and what it is now
 * @throws {REQUEST_INVALID} it may not have that value
 */
export async function writeSetting(
  queries: Queries,
  name: SettingName,
  value: unknown,
): Promise<{ before: Setting; after: Setting }> {
  const parsed = instanceSettings[name].schema.safeParse(value);
  if (!parsed.success) {
    const reason = parsed.error.issues[0]?.message ?? 'it has another shape';
    throw fail('REQUEST_INVALID', { reason: `${name}: ${reason}` });
  }
  const before = await readSettingOf(queries, name);
  const valueJson = JSON.stringify(parsed.data);
  await queries
    .insertInto('settings')
    .values({ name, valueJson })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ valueJson }))
    .execute();
  return { before, after: settingOf(name, valueJson) };
}

/** Gives a setting its standard value again. */
export async function clearSetting(
  queries: Queries,
  name: SettingName,
): Promise<{ before: Setting; after: Setting }> {
  const before = await readSettingOf(queries, name);
  await queries.deleteFrom('settings').where('name', '=', name).execute();
  return { before, after: settingOf(name, undefined) };
}

async function readSettingOf(queries: Queries, name: SettingName): Promise<Setting> {
  const row = await queries.selectFrom('settings').selectAll().where('name', '=', name).executeTakeFirst();
  return settingOf(name, row?.valueJson);
}

function settingOf(name: SettingName, valueJson: string | undefined): Setting {
  return { name, value: z.json().parse(valueOf(name, valueJson)), isStandard: valueJson === undefined };
}

function valueOf(name: SettingName, valueJson: string | undefined): unknown {
  const { schema, standard } = instanceSettings[name];
  return valueJson === undefined ? standard : parseJson(schema, valueJson);
}

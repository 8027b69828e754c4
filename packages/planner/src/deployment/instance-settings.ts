import type { SettingName } from '@carrel/contract';
import type { Design } from '../decisions/index.ts';

/** A setting of an instance, as `carrel server settings set` takes it. */
export interface PlannedSetting {
  readonly name: SettingName;
  readonly value: number;
}

/** What the plan says of contacts and of how long events are kept. */
export function settingsOf({ plan, profile }: Design): PlannedSetting[] {
  const { limits } = profile;
  return [
    { name: 'contact.policySeconds', value: Math.round(limits.policyIntervalSeconds) },
    { name: 'contact.imageSeconds', value: Math.round(limits.imageIntervalSeconds) },
    { name: 'contact.eventSeconds', value: Math.round(limits.eventIntervalSeconds) },
    { name: 'events.informationDays', value: Math.min(3650, plan.events.daysKept) },
  ];
}

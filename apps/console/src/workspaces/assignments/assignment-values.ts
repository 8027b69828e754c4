import { type Assignment, type AssignmentSettings, assignmentSettingsSchema } from '@carrel/contract';
import type { Typed } from '../../ui/index.ts';
import { type OfflineLimit, offlineHoursOf, offlineLimitOf } from './offline-limit.ts';

/** What the form of an assignment holds. */
export type AssignmentFormValues = {
  /** `user:ID` or `group:ID`; empty while nothing is chosen. */
  principal: string;
  effect: 'allow' | 'deny';
  offline: OfflineLimit;
  settings: Omit<Typed<AssignmentSettings>, 'offlineLimitHours'>;
};

export function assignmentValuesOf({ principal, effect, settings }: Assignment): AssignmentFormValues {
  return { principal: `${principal.kind}:${principal.id}`, effect, ...formOf(settings) };
}

/** The schema's defaults, in the time zone of the person who assigns. */
export function newAssignmentValues(timeZone: string): AssignmentFormValues {
  const settings = { ...assignmentSettingsSchema.parse({}), timeZone };
  return { principal: '', effect: 'allow', ...formOf(settings) };
}

/** The form as the schema takes it, valid or not. */
export function assignmentInputOf(values: AssignmentFormValues): unknown {
  const [kind, id] = values.principal.split(':');
  return {
    principal: { kind, id },
    effect: values.effect,
    settings: { ...values.settings, offlineLimitHours: offlineHoursOf(values.offline) },
  };
}

function formOf(settings: AssignmentSettings): Pick<AssignmentFormValues, 'offline' | 'settings'> {
  const { offlineLimitHours, ...others } = structuredClone(settings);
  return { offline: offlineLimitOf(offlineLimitHours), settings: others };
}

import { type Assignment, assignmentSettingsSchema } from '@carrel/contract';

/** What the form of an assignment holds. */
export type AssignmentFormValues = {
  /** `user:ID` or `group:ID`; empty while nothing is chosen. */
  principal: string;
  effect: 'allow' | 'deny';
  settings: {
    /** `YYYY-MM-DD`; empty for no end. */
    expiresOn: string;
    timeZone: string;
    offlineLimitHours: number | string;
  };
};

export function assignmentValuesOf({ principal, effect, settings }: Assignment): AssignmentFormValues {
  return {
    principal: `${principal.kind}:${principal.id}`,
    effect,
    settings: { ...settings, expiresOn: settings.expiresOn ?? '' },
  };
}

/** The schema's defaults, in the time zone of the person who assigns. */
export function newAssignmentValues(timeZone: string): AssignmentFormValues {
  const defaults = assignmentSettingsSchema.parse({});
  return { principal: '', effect: 'allow', settings: { ...defaults, expiresOn: '', timeZone } };
}

/** The form as the schema takes it, valid or not. */
export function assignmentInputOf(values: AssignmentFormValues): unknown {
  const [kind, id] = values.principal.split(':');
  const { expiresOn } = values.settings;
  return {
    principal: { kind, id },
    effect: values.effect,
    settings: { ...values.settings, expiresOn: expiresOn === '' ? null : expiresOn },
  };
}

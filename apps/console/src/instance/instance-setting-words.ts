import { instanceSettings, type SettingName, type SettingTab } from '@carrel/contract';

/** Names of the groups of settings. */
export const settingTabLabels: Readonly<Record<SettingTab, string>> = {
  contact: 'Contact of computers',
  events: 'Keeping of events',
  sessions: 'Sessions',
  'sign-in': 'Signing in',
  enrolment: 'Enrolment of computers',
  images: 'Images',
};

/** Names of the settings of an instance. */
export const instanceSettingLabels: Readonly<Record<SettingName, string>> = {
  'contact.policySeconds': 'Policy and permissions every',
  'contact.imageSeconds': 'New image versions every',
  'contact.eventSeconds': 'Events every',
  'events.informationDays': 'Information for',
  'events.warningDays': 'Warnings for',
  'events.errorDays': 'Errors for',
  'sessions.idleMinutes': 'Ends when not used for',
  'sessions.absoluteMinutes': 'Ends after',
  'signIn.triesPerMinute': 'Tries of one address in a minute',
  'signIn.failuresBeforeLock': 'Wrong passwords before an account is locked',
  'signIn.lockMinutes': 'Stays locked for',
  'enrolment.mode': 'Who may enrol',
  'enrolment.isApprovalRequired': 'An administrator approves each computer',
  'enrolment.devicesPerUser': 'Computers one person may enrol',
  'images.allowedRegistries': 'Registries allowed',
};

/** Words for the values of choices, and for nothing chosen. */
export const instanceChoices: Readonly<Record<string, string>> = {
  token: 'Whoever has a token',
  'token-or-user': 'Also people who sign in at the computer',
};
export const whenEmpty: Readonly<Partial<Record<SettingName, string>>> = {
  'enrolment.devicesPerUser': 'no limit',
  'images.allowedRegistries': 'any registry',
};

/** The names of all settings, by group in their order. */
export const settingsByTab: ReadonlyMap<SettingTab, readonly SettingName[]> = new Map(
  (Object.keys(settingTabLabels) as SettingTab[]).map((tab) => [
    tab,
    (Object.keys(instanceSettings) as SettingName[]).filter((name) => instanceSettings[name].tab === tab),
  ]),
);

import { z } from 'zod';

/** Where the console shows a setting. */
export const settingTabs = ['contact', 'events', 'sessions', 'sign-in', 'enrolment', 'images'] as const;
export type SettingTab = (typeof settingTabs)[number];

/** One setting of the instance. */
export interface SettingDefinition {
  readonly tab: SettingTab;
  /** What a value may be; it must accept `standard`. */
  readonly schema: z.ZodType;
  /** What holds while nobody has changed it. */
  readonly standard: unknown;
  /** Unit of a number; `null` for what is none. */
  readonly unit: 'seconds' | 'minutes' | 'days' | 'tries' | 'devices' | null;
  readonly description: string;
}

const minuteSeconds = 60;
const daySeconds = 86_400;
const daysKept = z.int().min(1).max(3650);

/** A host of a registry, with its port where it is not 443. */
const registrySchema = z
  .string()
  .max(260)
  .regex(/^[a-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:]+\](:\d{1,5})?$/, 'expected HOST or HOST:PORT in lower case');

/** Every setting of an instance by its name; `docs/reference/settings.md` is generated from it. */
export const instanceSettings = {
  'contact.policySeconds': {
    tab: 'contact',
    schema: z.int().min(1).max(daySeconds),
    standard: 15 * minuteSeconds,
    unit: 'seconds',
    description: 'How often agents fetch policy and leases, spread by ±10 %.',
  },
  'contact.imageSeconds': {
    tab: 'contact',
    schema: z
      .int()
      .min(1)
      .max(7 * daySeconds),
    standard: 4 * 3600,
    unit: 'seconds',
    description: 'How often agents look for new image versions, spread by ±10 %.',
  },
  'contact.eventSeconds': {
    tab: 'contact',
    schema: z.int().min(1).max(daySeconds),
    standard: minuteSeconds,
    unit: 'seconds',
    description: 'How often agents deliver events, spread by ±10 %.',
  },
  'events.informationDays': {
    tab: 'events',
    schema: daysKept,
    standard: 90,
    unit: 'days',
    description: 'How long events of severity information are kept.',
  },
  'events.warningDays': {
    tab: 'events',
    schema: daysKept,
    standard: 365,
    unit: 'days',
    description: 'How long warnings are kept.',
  },
  'events.errorDays': {
    tab: 'events',
    schema: daysKept,
    standard: 365,
    unit: 'days',
    description: 'How long errors are kept.',
  },
  'sessions.idleMinutes': {
    tab: 'sessions',
    schema: z.int().min(1).max(1440),
    standard: 30,
    unit: 'minutes',
    description: 'A session that is not used for this long ends.',
  },
  'sessions.absoluteMinutes': {
    tab: 'sessions',
    schema: z
      .int()
      .min(5)
      .max(7 * 1440),
    standard: 12 * 60,
    unit: 'minutes',
    description: 'A session ends this long after the sign-in, however much it is used.',
  },
  'signIn.triesPerMinute': {
    tab: 'sign-in',
    schema: z.int().min(1).max(1000),
    standard: 30,
    unit: 'tries',
    description:
      'Sign-ins that one address, or one enrolled computer, may try in a minute, whichever the accounts.',
  },
  'signIn.failuresBeforeLock': {
    tab: 'sign-in',
    schema: z.int().min(1).max(100),
    standard: 5,
    unit: 'tries',
    description:
      'Wrong passwords in a row after which an account is locked here for a while, built-in or of a directory.',
  },
  'signIn.lockMinutes': {
    tab: 'sign-in',
    schema: z.int().min(1).max(1440),
    standard: 15,
    unit: 'minutes',
    description: 'How long such an account stays locked.',
  },
  'enrolment.mode': {
    tab: 'enrolment',
    schema: z.enum(['token', 'token-or-user']),
    standard: 'token',
    unit: null,
    description:
      'Who may enrol a device: whoever has a token of an administrator, or also a person who signs in at it.',
  },
  'enrolment.isApprovalRequired': {
    tab: 'enrolment',
    schema: z.boolean(),
    standard: false,
    unit: null,
    description: 'A device that enrolled gets no lease before an administrator approved it.',
  },
  'enrolment.devicesPerUser': {
    tab: 'enrolment',
    schema: z.int().min(1).max(1000).nullable(),
    standard: 5,
    unit: 'devices',
    description: 'Devices that one person may enrol by signing in; null for no limit.',
  },
  'images.allowedRegistries': {
    tab: 'images',
    schema: z.array(registrySchema).max(100).nullable(),
    standard: null,
    unit: null,
    description:
      'Registries that image versions may lie in (HOST or HOST:PORT); null for any. The built-in repository is always allowed.',
  },
} as const satisfies Record<string, SettingDefinition>;

export type SettingName = keyof typeof instanceSettings;
export type SettingValue<Name extends SettingName> = z.output<(typeof instanceSettings)[Name]['schema']>;

export const settingNameSchema = z.enum(Object.keys(instanceSettings) as [SettingName, ...SettingName[]]);

/** A setting and what it is set to. */
export const settingSchema = z.object({
  name: settingNameSchema,
  value: z.json(),
  /** Nobody has changed it. */
  isStandard: z.boolean(),
});
export type Setting = z.infer<typeof settingSchema>;

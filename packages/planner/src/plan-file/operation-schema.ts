import { z } from 'zod';
import { hoursSchema, moneySchema, nameSchema, shareSchema } from './primitives.ts';

/** How long it takes to bring things back. */
export const recoverySchema = z.strictObject({
  serverHours: hoursSchema
    .default(8)
    .describe('Hours until a failed server is replaced. A working day without a machine at hand.'),
  repositoryHours: hoursSchema.default(24).describe('Hours until a failed repository is replaced.'),
  linkHours: hoursSchema.default(8).describe('Hours until a broken link is repaired.'),
  databaseHours: hoursSchema.default(8).describe('Hours until the database is back from its backup.'),
  reportOutageHours: hoursSchema
    .default(24)
    .describe('Hours for which the business can do without reports. Decides on a standby of the database.'),
});
export type Recovery = z.infer<typeof recoverySchema>;

/** Where administrators work. */
export const consoleSchema = z.strictObject({
  location: nameSchema.describe('Location of the administrators.'),
  count: z.int().min(1).max(1000).default(1).describe('Consoles used there at the same time.'),
});
export type ConsolePlace = z.infer<typeof consoleSchema>;

/** What the servers stand on, where the organisation has decided it. */
export const placementSchema = z.strictObject({
  server: nameSchema
    .nullable()
    .default(null)
    .describe(
      'Location of the servers of the main network, such as the data centre; none: decided by the links.',
    ),
  database: z
    .enum(['decide', 'with-server', 'separate'])
    .default('decide')
    .describe('Whether the database has a machine of its own; decided by its load.'),
});
export type Placement = z.infer<typeof placementSchema>;

/** What clients report. */
export const eventsSchema = z.strictObject({
  perClientPerDay: z
    .number()
    .min(0)
    .max(100_000)
    .default(20)
    .describe('Events a client makes a day. The guide counts 15 to 20.'),
  bytes: z.int().min(1).max(1_000_000).default(200).describe('Bytes an event takes in the database.'),
  daysKept: z.int().min(1).max(3660).default(90).describe('Days until an event is removed.'),
  safetyFactor: z
    .number()
    .min(1)
    .max(100)
    .default(2)
    .describe('What the size is multiplied with for storms of errors and what tables and indexes add.'),
  reportShare: z
    .number()
    .min(0)
    .max(100)
    .default(0.5)
    .describe('Reading for reports by one console, as a part of the writing; added for each console.'),
});
export type Events = z.infer<typeof eventsSchema>;

/** How downloads behave. */
export const deliverySchema = z.strictObject({
  workingHoursShare: shareSchema
    .default(0.5)
    .describe('Part of a link that downloads may take in working hours.'),
  offHoursShare: shareSchema.default(0.9).describe('Part of a link that downloads may take at other times.'),
  maxRateMbitPerSecond: z
    .number()
    .positive()
    .max(1_000_000)
    .nullable()
    .default(null)
    .describe('The most that one computer may load, in Mbit/s; none: what the line gives.'),
  staggerHours: z
    .number()
    .min(0)
    .max(8_784)
    .default(0)
    .describe('Hours over which starts are spread; 0: all begin at once, the worst case.'),
  retryShare: shareSchema
    .default(0.02)
    .describe('Part of the bytes that is loaded again after broken connections.'),
  pilotHours: z
    .number()
    .min(0)
    .max(8_784)
    .default(0)
    .describe(
      'Hours that a pilot ring works with a new version before everybody gets it; 0: no pilot ring. Service levels count from when everybody gets it.',
    ),
});
export type Delivery = z.infer<typeof deliverySchema>;

/** What things cost; only compared with each other, so a rough figure serves. */
export const costsSchema = z.strictObject({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'expected three capital letters such as EUR')
    .default('EUR')
    .describe('Currency of all amounts.'),
  serverMonthly: moneySchema.default(400).describe('A server with its operating, a month.'),
  repositoryMonthly: moneySchema.default(150).describe('A local repository with its operating, a month.'),
  storageGbMonthly: moneySchema.default(0.1).describe('A GB of storage, a month.'),
  mediumOneOff: moneySchema.default(25).describe('A removable medium made, sent and tracked, once.'),
  computersPerMedium: z
    .int()
    .min(1)
    .max(10_000)
    .default(20)
    .describe('Computers that one medium is carried to, one after the other.'),
  mediumMinutesPerComputer: z
    .number()
    .min(0)
    .max(1440)
    .default(15)
    .describe('Minutes of work to bring the image from a medium to one computer.'),
  workHour: moneySchema.default(60).describe('An hour of work, of an administrator or lost by a user.'),
  months: z.int().min(1).max(120).default(36).describe('Months over which plans are compared.'),
});
export type Costs = z.infer<typeof costsSchema>;

/** What the design must still carry at its end. */
export const growthSchema = z.strictObject({
  usersPerYearShare: z
    .number()
    .min(-0.9)
    .max(10)
    .default(0)
    .describe('Users more each year, as a part of them; 0.05 is five in a hundred.'),
  years: z.int().min(0).max(10).default(0).describe('Years the design has to last.'),
});
export type Growth = z.infer<typeof growthSchema>;

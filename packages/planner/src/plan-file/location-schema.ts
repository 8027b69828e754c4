import { z } from 'zod';
import { countSchema, moneySchema, nameSchema, shareSchema } from './primitives.ts';

const timeOfDaySchema = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'expected a time of day such as 08:00');

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

const workingHoursSchema = z.strictObject({
  start: timeOfDaySchema.default('08:00').describe('When work begins there, by the local clock.'),
  end: timeOfDaySchema.default('18:00').describe('When work ends there, by the local clock.'),
  days: z
    .array(z.enum(weekdays))
    .max(7)
    .default(['monday', 'tuesday', 'wednesday', 'thursday', 'friday'])
    .describe('Days on which people work there.'),
});
export type WorkingHours = z.infer<typeof workingHoursSchema>;

const uplinkSchema = z.strictObject({
  to: nameSchema.describe('The location at the other end, nearer to the centre of the network.'),
  bandwidthMbitPerSecond: z
    .number()
    .positive()
    .max(1_000_000)
    .describe('What the link carries towards this location, in Mbit/s (a million bits a second).'),
  latencyMs: z.number().min(0).max(10_000).default(20).describe('Time there and back, in milliseconds.'),
  otherTrafficShare: shareSchema
    .default(0.3)
    .describe('Part of the link that other traffic takes in working hours. A third is a common reading.'),
  monthlyCost: moneySchema
    .default(0)
    .describe('What the link costs a month; counts where plans are compared.'),
});
export type Uplink = z.infer<typeof uplinkSchema>;

/** A place where people work, and how it is connected. */
export const locationSchema = z.strictObject({
  name: nameSchema.describe('Name of the location; other parts of the plan refer to it.'),
  users: countSchema.describe('People based there who are to have a workspace, each with one computer.'),
  trustDomain: nameSchema
    .nullable()
    .default(null)
    .describe('Domain or forest its people sign in to, by its name under trustDomains; none: the main one.'),
  isIsolated: z
    .boolean()
    .default(false)
    .describe(
      'Cut off from the other networks, such as a laboratory. What hangs below it is cut off with it.',
    ),
  uplink: uplinkSchema
    .nullable()
    .default(null)
    .describe('Link to the location nearer to the centre; none for the centre itself and for isolated ones.'),
  lanMbitPerSecond: z
    .number()
    .positive()
    .max(1_000_000)
    .default(1000)
    .describe('What a server inside the location can give to its computers, in Mbit/s.'),
  workingHours: workingHoursSchema.prefault({}).describe('When people work there.'),
  utcOffsetHours: z
    .number()
    .min(-12)
    .max(14)
    .default(0)
    .describe('Its clock against UTC, in hours. Times of a rollout are told apart by it.'),
  hasLibrary: z
    .boolean()
    .default(false)
    .describe(
      'A library or share of software distribution stands there: a first candidate for a repository.',
    ),
  hasRepository: z
    .boolean()
    .default(false)
    .describe(
      'A repository stands there already and stays, whatever the links need. It goes on costing what a local one costs.',
    ),
  hasOfficePeers: z
    .boolean()
    .default(false)
    .describe('Computers there may give each other image data. Off by default, as in the product.'),
  mayHostRepository: z
    .boolean()
    .default(true)
    .describe('A server may stand there: there is room, power and somebody who looks after it.'),
});
export type Location = z.infer<typeof locationSchema>;

/** People who are counted at every location they may visit. */
export const travellerSchema = z.strictObject({
  from: nameSchema.describe('Location they are based at.'),
  to: z
    .array(nameSchema)
    .min(1)
    .max(10_000)
    .describe('Locations they may visit; they count at each of them.'),
  users: countSchema.describe('How many may come at the same time.'),
});
export type Traveller = z.infer<typeof travellerSchema>;

/** A directory that users come from. */
export const trustDomainSchema = z.strictObject({
  name: nameSchema.describe('Name of the domain or forest.'),
  isTrusted: z
    .boolean()
    .default(false)
    .describe('The domain of the servers trusts it. Where not, its users need an instance of their own.'),
});
export type TrustDomain = z.infer<typeof trustDomainSchema>;

/** A part of the organisation that must have an instance of its own. */
export const separationSchema = z.strictObject({
  kind: z
    .enum(['organisation', 'law'])
    .describe(
      'Organisation: managed or secured apart. Law: security, privacy, fiduciary duty, where data may be.',
    ),
  name: nameSchema.describe('Name of the group; its instance gets it.'),
  reason: z.string().trim().min(1).max(500).describe('Why; printed beside the instance.'),
  locations: z
    .array(nameSchema)
    .max(10_000)
    .default([])
    .describe('Locations set apart; none: everywhere the workspaces are used.'),
  workspaces: z
    .array(nameSchema)
    .max(1000)
    .default([])
    .describe('Workspaces set apart; none: all of the locations.'),
});
export type Separation = z.infer<typeof separationSchema>;

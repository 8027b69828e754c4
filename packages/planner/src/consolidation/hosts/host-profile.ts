import { z } from 'zod';

const percent = z.number().gt(0).max(100);
const count = z.int().nonnegative();

/** A kind of host that guests are to be placed on. */
export const hostProfileSchema = z.strictObject({
  name: z.string().trim().min(1).describe('What reports call it.'),
  cores: z.int().positive().describe('Cores of all sockets; hyperthreads do not count (L3081).'),
  coreMhz: z.number().positive().describe('Speed of a core, in MHz.'),
  reservedCores: count.describe('Cores that stay with the host itself; at least 1 (L3701).'),
  processorPercent: percent.default(80).describe('How much of the processors guests may use (Table 22-3).'),
  memoryGb: z.number().positive().describe('Memory, in GB.'),
  reservedMemoryGb: z.number().nonnegative().default(1).describe('Memory of the host itself, in GB (L3700).'),
  memoryPercent: percent.default(80).describe('How much of the rest guests may use (Table 22-3).'),
  diskArrays: z.int().positive().describe('Disk arrays, or paths to a SAN, that guests share.'),
  diskMbPerSecond: z
    .number()
    .positive()
    .default(320)
    .describe('Measured throughput of one, in MB/s (L3912).'),
  diskPercent: percent.default(75).describe('How much of it guests may use (Table 22-3).'),
  diskGb: z.number().positive().nullable().default(null).describe('Room for disks, in GB; null: a SAN.'),
  adapters: z.int().positive().describe('Network adapters.'),
  reservedAdapters: count.default(1).describe('Adapters of the host itself (L3702).'),
  adapterMbitPerSecond: z.number().positive().default(900).describe('Measured throughput of one, in Mbit/s.'),
  networkPercent: percent.default(80).describe('How much of it guests may use (Table 22-3).'),
  maxGuests: z.int().positive().default(192).describe('Most guests that run at once (L3681).'),
  rackUnits: z.number().nonnegative().nullable().default(null).describe('Height in a rack; null: unknown.'),
  powerWatts: z
    .number()
    .nonnegative()
    .nullable()
    .default(null)
    .describe('Rating of the power supply, in W; null: unknown.'),
  cost: z.number().nonnegative().nullable().default(null).describe('Price of one; null: unknown.'),
});
export type HostProfile = z.infer<typeof hostProfileSchema>;

/** The hosts of Table 22-2 with the quantities of Table 22-4. */
export const hostProfiles = {
  small: hostProfileSchema.parse({
    name: 'small',
    cores: 4,
    coreMhz: 3000,
    reservedCores: 1,
    memoryGb: 8,
    diskArrays: 1,
    adapters: 2,
  }),
  medium: hostProfileSchema.parse({
    name: 'medium',
    cores: 8,
    coreMhz: 3000,
    reservedCores: 1,
    memoryGb: 32,
    diskArrays: 2,
    adapters: 5,
  }),
  large: hostProfileSchema.parse({
    name: 'large',
    cores: 16,
    coreMhz: 3000,
    reservedCores: 2,
    memoryGb: 64,
    diskArrays: 4,
    adapters: 8,
  }),
} as const;
export type HostProfileName = keyof typeof hostProfiles;

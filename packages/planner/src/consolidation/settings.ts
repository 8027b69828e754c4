import { z } from 'zod';
import { applicationRuleSchema, defaultApplicationRules } from './candidacy/index.ts';
import { guestLimitsSchema, type HostProfile, hostProfileSchema, hostProfiles } from './hosts/index.ts';
import { pricesSchema } from './savings/index.ts';

/** What an assessment goes by; everything has a default. */
export const consolidationSettingsSchema = z.strictObject({
  host: z
    .union([z.enum(['small', 'medium', 'large']), hostProfileSchema])
    .default('medium')
    .describe('The kind of host: small, medium or large as in Table 22-2, or one of your own.'),
  guest: guestLimitsSchema.prefault({}).describe('What one guest can have.'),
  intervalHours: z
    .int()
    .min(1)
    .max(24)
    .default(1)
    .describe('Samples are taken together by so many hours (L4155).'),
  statistic: z
    .enum(['mean', 'peak'])
    .default('mean')
    .describe('What stands for an interval: the mean of its samples, or the highest.'),
  maxDays: z.int().min(1).max(366).default(92).describe('Days that samples may span together.'),
  maxHosts: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe('Hosts at each location and group, spares left out; null: as many as it takes.'),
  sparesPerCluster: z.int().min(0).max(15).default(1).describe('Hosts of a cluster that may fail.'),
  clusterHosts: z.int().min(2).max(16).default(16).describe('Hosts of a cluster, spares included (L3767).'),
  processorsPerCore: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('Virtual processors for each core that guests may use; 1: of their own; null: no limit.'),
  applications: z
    .array(applicationRuleSchema)
    .default([...defaultApplicationRules])
    .describe('Applications that must not run in a guest.'),
  prices: pricesSchema.prefault({}).describe('Prices and what they are of.'),
});
export type ConsolidationSettings = z.infer<typeof consolidationSettingsSchema>;

/** The host of settings. */
export function hostOf({ host }: ConsolidationSettings): HostProfile {
  return typeof host === 'string' ? hostProfiles[host] : host;
}

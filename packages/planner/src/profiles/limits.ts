import { z } from 'zod';

const amount = z.number().min(0).max(1e12);
const share = z.number().min(0).max(1);

/** What a product can do, as far as the decisions depend on it. Every field has a source in its profile. */
export const limitsSchema = z.strictObject({
  clientsPerInstance: z
    .int()
    .min(1)
    .max(10_000_000)
    .describe('Clients at work at the same time that one instance carries.'),
  clientsMeasured: z
    .int()
    .min(1)
    .max(10_000_000)
    .describe('Clients of the largest instance that was measured.'),
  contactsPerSecond: amount.nullable().describe('Contacts a server answers a second; none: not known.'),
  policyIntervalSeconds: z.number().min(1).max(86_400).describe('Seconds between two contacts of a client.'),
  imageIntervalSeconds: z.number().min(1).max(86_400).describe('Seconds between two looks for new versions.'),
  eventIntervalSeconds: z.number().min(1).max(86_400).describe('Seconds between two deliveries of events.'),
  serverCores: z.int().min(1).max(1024).describe('Processors of a server.'),
  serverGhz: z.number().min(0).max(10).describe('Clock rate its processors need at least, in GHz; 0: any.'),
  serverMemoryGb: z.number().positive().max(10_000).describe('Memory of a server, in GB.'),
  workspaceBytes: amount.describe('Bytes a workspace takes on the disk of the server.'),
  hasImageSum: z
    .boolean()
    .describe('A repository needs the sizes of the disks, not of what is packed; so the guide counts.'),
  versionsKept: z.int().min(1).max(100).describe('Versions of an image that a repository holds.'),
  packedShare: share.describe(
    'Size of a packed image as a part of the data in it, where it was not measured.',
  ),
  changedShare: share.describe('Packed size of an update as a part of the packed image, where not measured.'),
  bootShare: share.describe('What a first start reads as a part of the packed image, where not measured.'),
  hasEarlyStart: z.boolean().describe('A workspace starts before its image has come completely.'),
  hasOfficePeers: z.boolean().describe('Computers of an office can give each other image data.'),
  headerShare: z
    .number()
    .min(0)
    .max(0.9)
    .describe('Part of the bytes on a line that headers of protocols take.'),
  officePeerCopies: amount.describe(
    'Copies of an image that cross the line of an office with peers, protocol headers included.',
  ),
  officePeerMbitPerSecond: amount.describe('What one computer gives to its peers, in Mbit/s.'),
  repositoryMbitPerSecond: amount
    .nullable()
    .describe('What one web server gives out, in Mbit/s; none: its network.'),
  databaseWritesPerSecond: amount
    .nullable()
    .describe('Event writes a second that a database on the server itself bears; none: not known.'),
  needsDatabaseForContact: z
    .boolean()
    .describe('Clients have no contact while the database is away, as the server keeps everything there.'),
});
export type Limits = z.infer<typeof limitsSchema>;

/** What a plan may set in place of its profile. */
export const limitOverridesSchema = limitsSchema.partial();

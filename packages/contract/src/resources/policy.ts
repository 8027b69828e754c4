import { z } from 'zod';
import { transferRateSchema } from './transfer-rate.ts';

/** One row of the host-memory table: a host with at least this much gives the guest that much. */
export const memoryRowSchema = z.object({
  hostMiB: z.int().min(256).max(16_777_216),
  guestMiB: z.int().min(32).max(16_777_216),
});
export type MemoryRow = z.infer<typeof memoryRowSchema>;

/** The old product's table, continued for today's computers. */
export const defaultMemoryTable: MemoryRow[] = [
  { hostMiB: 1024, guestMiB: 378 },
  { hostMiB: 2048, guestMiB: 512 },
  { hostMiB: 4096, guestMiB: 1024 },
  { hostMiB: 8192, guestMiB: 1536 },
  { hostMiB: 16_384, guestMiB: 2048 },
  { hostMiB: 32_768, guestMiB: 4096 },
  { hostMiB: 65_536, guestMiB: 8192 },
];

const generalSchema = z.strictObject({
  supportContact: z.string().max(500).default('').describe('Shown to the person at the computer.'),
});

const virtualMachineSchema = z.strictObject({
  persistence: z
    .enum(['persistent', 'revertible'])
    .default('revertible')
    .describe('Persistent keeps changes; revertible returns to the image at every stop.'),
  stopAction: z
    .enum(['save', 'shutdown'])
    .default('shutdown')
    .describe('What stopping a persistent workspace does; a revertible one is always shut down.'),
  countdownSeconds: z
    .int()
    .min(0)
    .max(3600)
    .default(60)
    .describe('Warning time before a workspace is stopped because its permission ended.'),
  cpus: z.int().min(1).max(64).default(1).describe('Virtual processors of the guest.'),
  keepVersions: z.int().min(0).max(20).default(1).describe('Older image versions kept on the computer.'),
});

const networkSchema = z.strictObject({
  mode: z
    .enum(['nat', 'none'])
    .default('nat')
    .describe("nat: through the computer's own address; none: no network card."),
});

const performanceSchema = z.strictObject({
  memoryTable: z
    .array(memoryRowSchema)
    .min(1)
    .max(64)
    .default(defaultMemoryTable)
    .describe('Memory of the guest by memory of the computer.'),
});

/** Addresses that are given out within organizations and homes, not on the internet (RFC 1918, RFC 4193). */
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];

const deliverySchema = z.strictObject({
  transferRate: transferRateSchema
    .default('unlimited')
    .describe(
      'How fast its image may be fetched: rules such as "mon-fri 08:00-18:00 2M, 30%", of which the first that matches the local time counts. What a running guest asks for goes first, also while transfers are off.',
    ),
  useHostFiles: z
    .boolean()
    .default(true)
    .describe("Blocks of the image that lie in the computer's own files are taken from there."),
  useOfficePeers: z
    .boolean()
    .default(false)
    .describe(
      'Computers on one network segment that have this image give each other its encrypted data (docs/office-peers.md).',
    ),
  officePeersUploadRate: transferRateSchema
    .default('20M')
    .describe('How fast a computer gives to all its office peers together; rules as for transferRate.'),
  officePeersStoreMiB: z
    .int()
    .min(64)
    .max(1_048_576)
    .default(8192)
    .describe(
      'Encrypted data that a computer keeps for its office peers, at most; what was used longest ago goes.',
    ),
  officePeersNetworks: z
    .array(z.union([z.cidrv4(), z.cidrv6()]))
    .max(64)
    .default(privateNetworks)
    .describe('Only on network cards with an address in one of these networks.'),
});

/** A workspace's policy: one object a tab. Every field has a default, so `{}` is a valid policy. */
export const workspacePolicySchema = z.strictObject({
  general: generalSchema.prefault({}),
  virtualMachine: virtualMachineSchema.prefault({}),
  network: networkSchema.prefault({}),
  performance: performanceSchema.prefault({}),
  delivery: deliverySchema.prefault({}),
});
export type WorkspacePolicy = z.infer<typeof workspacePolicySchema>;

/** The version of the schema above, written into leases and exports. */
export const policySchemaVersion = 1;

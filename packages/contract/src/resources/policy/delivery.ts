import { z } from 'zod';
import { transferRateSchema } from '../transfer-rate.ts';

/** Addresses that are given out within organizations and homes, not on the internet (RFC 1918, RFC 4193). */
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];

/** The tab Delivery: how the image reaches the computer. */
export const deliverySchema = z.strictObject({
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

import { z } from 'zod';
import { findRepeated, type PolicyFault } from './fault.ts';

const addressSchema = z.union([z.ipv4(), z.ipv6()]);

const dnsSchema = z.strictObject({
  mode: z
    .enum(['unchanged', 'host', 'fixed'])
    .default('unchanged')
    .describe(
      "Name servers of the guest, set in it by its guest agent and kept so. unchanged: what the image or DHCP says; host: the computer's, kept in step; fixed: those below. Unchanged, because with nat the computer's resolver answers anyway.",
    ),
  primary: addressSchema.nullable().default(null).describe('First name server, with mode fixed.'),
  secondary: addressSchema.nullable().default(null).describe('Second name server, with mode fixed.'),
  isHostAppended: z
    .boolean()
    .default(false)
    .describe("With mode fixed: the computer's name servers follow, kept in step. Off: fixed means these."),
});

/** A DNS name without a dot at its end: labels of letters, digits, - and _. */
const domainNameSchema = z
  .string()
  .trim()
  .max(253)
  .regex(
    /^(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*$/i,
    'expected a domain such as corp.example.com',
  );

const suffixesSchema = z.strictObject({
  list: z
    .array(domainNameSchema)
    .max(32)
    .default([])
    .describe(
      'Domains the guest tries for names without a dot, in this order. Empty: those its network says.',
    ),
  isHostAppended: z
    .boolean()
    .default(false)
    .describe("The computer's suffixes follow, kept in step. Off: the list is all there is."),
});

/** The tab Network: how the guest reaches others, and how it finds names. */
export const networkSchema = z.strictObject({
  mode: z
    .enum(['nat', 'bridge', 'none'])
    .default('nat')
    .describe(
      "nat: through the computer's own address, never to the computer itself; bridge: an address of its own beside the computer's, by cable; none: no network. NAT, because it works on every network and nothing outside can call the guest.",
    ),
  bridgedAdapters: z
    .array(z.string().trim().min(1).max(100))
    .max(8)
    .default([])
    .describe(
      'With mode bridge: names of network adapters of the computer. Each that has a link when the guest starts is a network card of the guest; wireless ones cannot be. Empty: the adapter of the default route.',
    ),
  dns: dnsSchema.prefault({}).describe('Name servers of the guest.'),
  suffixes: suffixesSchema.prefault({}).describe('DNS suffixes of the guest.'),
});

/** What the fields of the tab say against each other. */
export function checkNetwork(tab: z.output<typeof networkSchema>): PolicyFault[] {
  const { bridgedAdapters, dns, suffixes } = tab;
  const repeated = findRepeated(
    suffixes.list,
    (suffix) => suffix.toLowerCase(),
    (suffix, index): PolicyFault => ({
      path: ['network', 'suffixes', 'list', index],
      message: `${suffix} is there twice`,
    }),
  );
  const repeatedAdapters = findRepeated(
    bridgedAdapters,
    (adapter) => adapter,
    (adapter, index): PolicyFault => ({
      path: ['network', 'bridgedAdapters', index],
      message: `${adapter} is there twice`,
    }),
  );
  return [...repeatedAdapters, ...checkDns(dns), ...repeated];
}

function checkDns({ mode, primary, secondary }: z.output<typeof dnsSchema>): PolicyFault[] {
  if (mode !== 'fixed') return [];
  const fault = (field: string, message: string): PolicyFault[] => [
    { path: ['network', 'dns', field], message },
  ];
  if (primary === null) return fault('primary', 'mode fixed needs a name server: expected an address');
  return primary === secondary ? fault('secondary', 'expected another address than the primary') : [];
}

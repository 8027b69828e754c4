import { BlockList, isIP } from 'node:net';
import { fail } from '@carrel/contract';
import type { ConnectionRules } from '@carrel/imaging';

/**
 * Addresses of this computer, of networks that are not public, and of nobody in particular (IANA's registries). A list
 * for each version: one for both takes every IPv4 address for one of IPv6 that is mapped.
 */
const inner4 = new BlockList();
const inner6 = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  inner4.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  inner6.addSubnet(network, prefix, 'ipv6');
}

/**
 * Which servers this one speaks to for an image. The registry itself must be one of those allowed, or, where none are
 * named, at a public address. Where it leads on to, with redirects and to its token server, must be allowed or public
 * as well: nobody reaches this computer, its network or the metadata of its cloud through it.
 *
 * @param origin of the registry that the reference names
 * @param allowed hosts, with their port where it is not 443; `null`: none are named
 */
export function createSourceRules(origin: URL, allowed: readonly string[] | null): ConnectionRules {
  const named = new Set(allowed);
  const namedHosts = new Set([...named].map((host) => new URL(`https://${host}`).hostname));
  return {
    checkUrl: (url) => {
      if (named.has(url.host)) return;
      if (url.origin === origin.origin && allowed !== null) {
        throw refused(url.host, 'it is not among the registries that are allowed');
      }
      requirePublic(url.host, url.hostname.replace(/^\[|\]$/g, ''));
    },
    checkAddress: (hostName, address) => {
      if (!namedHosts.has(hostName)) requirePublic(hostName, address);
    },
  };
}

/** @throws {SOURCE_REFUSED} it is an address, and not a public one */
function requirePublic(host: string, address: string): void {
  const version = isIP(address);
  if (version === 0) return;
  const isInner = version === 4 ? inner4.check(address, 'ipv4') : inner6.check(address, 'ipv6');
  if (isInner) throw refused(host, 'it has no public address');
}

function refused(host: string, reason: string): Error {
  return fail('SOURCE_REFUSED', { host, reason });
}

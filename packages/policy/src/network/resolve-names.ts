import type { WorkspacePolicy } from '@carrel/contract';

/** What a computer looks names up with. */
export interface HostNames {
  /** Addresses of name servers, the preferred one first. */
  readonly servers: readonly string[];
  readonly suffixes: readonly string[];
}

/** What a guest is to look names up with; `null` leaves it what its network or image says. */
export interface GuestNames {
  readonly servers: readonly string[] | null;
  readonly suffixes: readonly string[] | null;
}

type NamePolicy = Pick<WorkspacePolicy['network'], 'dns' | 'suffixes'>;

/** Name servers and suffixes of a guest by the policy, with those the computer has at present. */
export function resolveNames({ dns, suffixes }: NamePolicy, host: HostNames): GuestNames {
  return { servers: resolveServers(dns, host.servers), suffixes: resolveSuffixes(suffixes, host.suffixes) };
}

/** Whether the policy says anything about name servers or suffixes. */
export function asksForNames({ dns, suffixes }: NamePolicy): boolean {
  return dns.mode !== 'unchanged' || suffixes.list.length > 0 || suffixes.isHostAppended;
}

function resolveServers(dns: NamePolicy['dns'], ofHost: readonly string[]): string[] | null {
  switch (dns.mode) {
    case 'unchanged':
      return null;
    case 'host':
      // Without a network the computer has none, which is no reason to take the guest's away.
      return ofHost.length > 0 ? unique(ofHost) : null;
    case 'fixed': {
      const own = [dns.primary, dns.secondary].filter((server) => server !== null);
      return unique(dns.isHostAppended ? [...own, ...ofHost] : own);
    }
  }
}

function resolveSuffixes(
  { list, isHostAppended }: NamePolicy['suffixes'],
  ofHost: readonly string[],
): string[] | null {
  const all = isHostAppended ? [...list, ...ofHost] : list;
  return all.length > 0 ? unique(all.map((suffix) => suffix.toLowerCase())) : null;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

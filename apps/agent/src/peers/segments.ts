import { BlockList, isIPv6 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';

/** A network segment that this computer is on. */
export interface Segment {
  readonly interfaceName: string;
  /** This computer's own address there. */
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  /** Whether an address is of this segment and of another computer. */
  isNeighbour(address: string): boolean;
}

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * The segments on which peers may be met: of each interface the first address that lies in one of the networks, IPv4
 * before IPv6. Loopback and link-local addresses are none.
 *
 * @param networks in CIDR notation
 */
export function findSegments(interfaces: Interfaces, networks: readonly string[]): readonly Segment[] {
  const allowed = blockListOf(networks);
  return Object.entries(interfaces).flatMap(([interfaceName, infos = []]) => {
    const usable = infos
      .filter((info) => !info.internal && info.cidr !== null && !isLinkLocal(info.address))
      .filter((info) => allowed.check(info.address, familyOf(info.address)))
      .toSorted((a, b) => a.family.localeCompare(b.family));
    const [info] = usable;
    return info?.cidr ? [describeSegment(interfaceName, info.address, info.cidr)] : [];
  });
}

function describeSegment(interfaceName: string, address: string, cidr: string): Segment {
  const subnet = blockListOf([cidr]);
  const family = familyOf(address);
  return {
    interfaceName,
    address,
    family,
    isNeighbour: (other) => familyOf(other) === family && other !== address && subnet.check(other, family),
  };
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/');
    list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return list;
}

function familyOf(address: string): Segment['family'] {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

function isLinkLocal(address: string): boolean {
  return /^(?:169\.254\.|fe[89ab])/i.test(address);
}

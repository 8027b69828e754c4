import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { findSegments } from './segments.ts';

const networks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];

function address(cidr: string, isInternal = false): NetworkInterfaceInfo {
  const [own = ''] = cidr.split('/');
  const common = { address: own, cidr, mac: '00:00:00:00:00:00', internal: isInternal, netmask: '' };
  return own.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' };
}

describe('segments', () => {
  it('are those of private addresses, one an interface, IPv4 before IPv6', () => {
    const found = findSegments(
      {
        lo: [address('127.0.0.1/8', true)],
        eth0: [address('fd00::5/64'), address('10.1.2.3/24'), address('10.9.9.9/24')],
        eth1: [address('fe80::1/64'), address('fd12::7/64')],
        wlan0: [address('203.0.113.5/24')],
        eth2: [address('169.254.3.3/16')],
        eth3: undefined,
      },
      networks,
    );
    expect(found.map((segment) => [segment.interfaceName, segment.address, segment.family])).toEqual([
      ['eth0', '10.1.2.3', 'ipv4'],
      ['eth1', 'fd12::7', 'ipv6'],
    ]);
  });

  it('are none where no network is allowed', () => {
    expect(findSegments({ eth0: [address('10.1.2.3/24')] }, [])).toEqual([]);
  });

  it.each([
    ['10.1.2.4', true],
    ['10.1.2.3', false],
    ['10.1.3.4', false],
    ['127.0.0.1', false],
    ['203.0.113.5', false],
    ['fd00::6', false],
  ])('tell whether %s is a neighbour', (other, isNeighbour) => {
    const [segment] = findSegments({ eth0: [address('10.1.2.3/24')] }, networks);
    expect(segment?.isNeighbour(other)).toBe(isNeighbour);
  });
});

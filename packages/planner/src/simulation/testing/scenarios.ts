import type { ClientGroup, Line, Scenario } from '../engine/scenario.ts';

const bytesPerMbit = 125_000;

export function aLine(id: string, mbitPerSecond: number, more: Partial<Line> = {}): Line {
  const bytesPerSecond = mbitPerSecond * bytesPerMbit;
  const capacity = { workingBytesPerSecond: bytesPerSecond, offBytesPerSecond: bytesPerSecond, hours: null };
  return { id, kind: 'link', name: id, capacity, ...more };
}

/** Ten clients that all begin at once, and are held back by lines alone. */
export function aGroup(more: Partial<ClientGroup> & Pick<ClientGroup, 'id'>): ClientGroup {
  return {
    location: more.id,
    workspace: 'Desk',
    clients: 10,
    lineIds: [],
    bytes: 1e9,
    bootBytes: 1e8,
    maxBytesPerSecond: 1e12,
    staggerSeconds: 0,
    retryShare: 0,
    serverId: null,
    fixedSeconds: 0,
    peers: null,
    serviceLevelSeconds: null,
    ...more,
  };
}

export function aScenario(more: Partial<Scenario>): Scenario {
  return { kind: 'update', startsAtSeconds: 0, lines: [], servers: [], groups: [], travellers: [], ...more };
}

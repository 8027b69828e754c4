import { createManualClock } from '@carrel/kit';
import { beforeEach, describe, expect, it } from 'vitest';
import { PeerTable } from './peer-table.ts';

let clock: ReturnType<typeof createManualClock>;
let table: PeerTable;
beforeEach(() => {
  clock = createManualClock();
  table = new PeerTable(clock);
});

const idOf = (number: number): string => number.toString(16).padStart(32, '0');
const note = (number: number, address: string, ttlSeconds = 120): void =>
  table.note({ id: idOf(number), port: 47_600, addresses: [], ttlSeconds }, address);
const seen = (): string[] => table.list().map(({ id, address }) => `${Number.parseInt(id, 16)} ${address}`);

describe('the peers that were seen', () => {
  it('expire unless they are seen again, and go when they say so', async () => {
    note(1, '10.0.0.1');
    note(2, '10.0.0.2');
    await clock.advance(100_000);
    note(2, '10.0.0.2');
    await clock.advance(30_000);
    expect(seen()).toEqual(['2 10.0.0.2']);
    note(2, '10.0.0.2', 0);
    expect(seen()).toEqual([]);
  });

  it('stay few, however many names are announced', () => {
    for (let name = 0; name < 1_000; name += 1) note(name, `10.0.${name % 7}.${name % 250}`);
    expect(seen()).toHaveLength(32);
    const ofOne = new PeerTable(clock);
    for (let name = 0; name < 100; name += 1) {
      ofOne.note({ id: idOf(name), port: 47_600, addresses: [], ttlSeconds: 120 }, '10.0.0.1');
    }
    // The newest names of an address are those of an agent that was restarted.
    expect(ofOne.list().map(({ id }) => Number.parseInt(id, 16))).toEqual([98, 99]);
  });

  it('do not lose their names to others', () => {
    note(1, '10.0.0.1');
    note(1, '10.0.0.66');
    note(1, '10.0.0.66', 0);
    expect(seen()).toEqual(['1 10.0.0.1']);
  });

  it('are not listened to for an hour once they lied', async () => {
    note(1, '10.0.0.1');
    note(2, '10.0.0.2');
    table.ban('10.0.0.1');
    note(3, '10.0.0.1');
    expect(seen()).toEqual(['2 10.0.0.2']);
    expect(table.bannedCount).toBe(1);
    await clock.advance(3_600_000);
    note(3, '10.0.0.1');
    expect(seen()).toEqual(['3 10.0.0.1']);
  });
});

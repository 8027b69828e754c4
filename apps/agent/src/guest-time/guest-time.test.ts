import { fail } from '@carrel/contract';
import type { GuestAgent, GuestExecResult, MachineEvent } from '@carrel/hypervisor';
import { beforeEach, describe, expect, it } from 'vitest';
import { GuestTimeKeeper, type TimedGuest } from './guest-time.ts';

const wallMs = Date.UTC(2026, 2, 1);
const step = 5_000;

let zone: string;
let rules: Uint8Array | undefined;
let nowMs: number;
/** What the guest was asked, and how it answers. */
let asked: string[];
let exitCode: number;
let windowsZone: string;
let isSilent: boolean;
/** What was said last of each zone, and of the clock. */
let told: Map<string, string>;
let tellMachine: (event: MachineEvent) => void;
let keeper: GuestTimeKeeper;
beforeEach(() => {
  zone = 'Europe/Paris';
  rules = new Uint8Array([1]);
  nowMs = 0;
  asked = [];
  exitCode = 0;
  windowsZone = 'UTC';
  isSilent = false;
  told = new Map();
  keeper = new GuestTimeKeeper({
    hostZone: () => Promise.resolve(zone),
    zoneRules: () => Promise.resolve(rules),
    clock: { nowMs: () => wallMs + nowMs, monotonicMs: () => nowMs },
  });
});

const agent = {
  setTime: (timeMs: number) => {
    asked.push(`clock +${timeMs - wallMs}`);
    return Promise.resolve();
  },
  exec: (path: string, { args = [] }: { args?: readonly string[] }): Promise<GuestExecResult> => {
    asked.push([path.split('\\').at(-1), ...args.filter((arg) => !arg.includes('\n'))].join(' '));
    if (args[0] === '/s') windowsZone = args[1] ?? '';
    const said = args[0] === '/g' ? windowsZone : 'no room';
    const none = new Uint8Array();
    return Promise.resolve({
      exitCode,
      signal: undefined,
      stdout: args[0] === '/g' ? Buffer.from(said) : none,
      stderr: args[0] === '/g' ? none : Buffer.from(said),
      isTruncated: false,
    });
  },
  writeFile: (path: string) => {
    asked.push(`write ${path}`);
    return Promise.resolve();
  },
} as unknown as GuestAgent;

function newGuest(change: Partial<TimedGuest> = {}): TimedGuest {
  return {
    machine: {
      subscribe: (listener) => {
        tellMachine = listener;
        return () => undefined;
      },
    },
    description: { guestOs: 'linux', hasGuestAgent: true },
    isZoneWanted: true,
    withAgent: (work) => (isSilent ? Promise.reject(fail('GUEST_AGENT_SILENT', {})) : work(agent)),
    onZoneFailure: (of, reason) => void told.set(of, reason),
    onClockFailure: (reason) => void told.set('clock', reason),
    ...change,
  };
}

/** Looks after the guest once more; gives what it was asked this time. */
async function look(guest: TimedGuest, hasHostSlept = false): Promise<string[]> {
  asked = [];
  nowMs += step;
  if (hasHostSlept) keeper.noteSleep(guest.machine);
  await keeper.keep(guest);
  return asked;
}

describe('the time of a guest', () => {
  it('is set when it is first seen, and whenever it stood still or the computer slept', async () => {
    const guest = newGuest({ isZoneWanted: false });
    expect(await look(guest)).toEqual(['clock +5000']);
    expect(await look(guest)).toEqual([]);
    tellMachine({ kind: 'state-changed', state: { kind: 'paused', reason: 'requested' } });
    tellMachine({ kind: 'state-changed', state: { kind: 'running' } });
    expect(await look(guest)).toEqual(['clock +15000']);
    expect(await look(guest, true)).toEqual(['clock +20000']);
    expect(await look(guest)).toEqual([]);
  });

  it('has the zone of the computer, also after that changed, and its own where that is not wanted', async () => {
    const guest = newGuest();
    expect(await look(guest)).toContain('/bin/sh -c sh Europe/Paris');
    expect(await look(guest)).toEqual([]);
    zone = 'Asia/Tokyo';
    expect(await look(guest)).toEqual(['/bin/sh -c sh Asia/Tokyo']);
    zone = 'America/New_York';
    expect(await look({ ...guest, isZoneWanted: false })).toEqual([]);
    expect(told.size).toBe(0);
  });

  it('is given to a guest that has no zones by the rules of the computer', async () => {
    exitCode = 3;
    expect(await look(newGuest())).toEqual([
      'clock +5000',
      '/bin/sh -c sh Europe/Paris',
      'write /etc/localtime',
    ]);
  });

  it('is given to Windows by the name that has, and only where it is another one', async () => {
    const guest = newGuest({ description: { guestOs: 'windows', hasGuestAgent: true } });
    expect(await look(guest)).toEqual([
      'clock +5000',
      'tzutil.exe /g',
      'tzutil.exe /s Romance Standard Time',
    ]);
    zone = 'Europe/Brussels';
    expect(await look(guest)).toEqual(['tzutil.exe /g']);
    zone = 'Europe/Kyiv';
    expect(await look(guest)).toEqual(['tzutil.exe /g', 'tzutil.exe /s FLE Standard Time']);
    zone = 'Europe/Atlantis';
    for (let count = 0; count < 6; count += 1) expect(await look(guest)).toEqual([]);
    expect([...told]).toEqual([['Europe/Atlantis', expect.stringContaining('no name')]]);
  });

  it('is told of each zone that cannot be set again and again', async () => {
    const guest = newGuest();
    exitCode = 1;
    for (let count = 0; count < 12; count += 1) await look(guest);
    expect([...told]).toEqual([['Europe/Paris', expect.stringContaining('no room')]]);
    exitCode = 3;
    rules = undefined;
    zone = 'Asia/Tokyo';
    for (let count = 0; count < 12; count += 1) await look(guest);
    expect([...told].slice(1)).toEqual([['Asia/Tokyo', expect.stringContaining('has the rules')]]);
    exitCode = 0;
    for (let count = 0; count < 4; count += 1) await look(guest);
    expect(await look(guest)).toEqual([]);
  });

  it('is tried again after a guest was silent, without a word about the first time', async () => {
    const guest = newGuest();
    isSilent = true;
    expect(await look(guest)).toEqual([]);
    isSilent = false;
    expect(await look(guest)).toEqual([]);
    for (let count = 0; count < 3; count += 1) await look(guest);
    expect(await look(guest, true)).toEqual(['clock +30000']);
    expect(told.size).toBe(0);
  });

  it('cannot be set without an agent in the guest, which is told', async () => {
    const guest = newGuest({ description: { guestOs: 'linux', hasGuestAgent: false } });
    expect([...(await look(guest)), ...(await look(guest))]).toEqual([]);
    expect(told.get('Europe/Paris')).toBe('its image has no guest agent to set it with');
    const other = newGuest({ description: { guestOs: 'other', hasGuestAgent: true } });
    expect(await look(other)).toEqual(['clock +15000']);
    expect(told.get('Europe/Paris')).toBe('its image is neither Linux nor Windows');
  });
});

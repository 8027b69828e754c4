import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, machineDescriptionSchema, newWorkspacePolicySchema } from '@carrel/contract';
import type { GuestAgent } from '@carrel/hypervisor';
import { createManualClock } from '@carrel/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GuestNamesKeeper, type NamedGuest } from './guest-names.ts';
import { readHostNames } from './host-names.ts';
import { requireNames } from './require-names.ts';
import { cardAddress, scriptedGuest } from './testing/scripted-guest.ts';

const resolverFile = '/etc/resolv.conf';
const fromDhcp = 'nameserver 10.0.2.3\n';

describe('what the computer looks names up with', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'carrel-names-'));
    await mkdir(join(root, 'etc'));
    await mkdir(join(root, 'run/systemd/resolve'), { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true }));

  it('is for guests its servers, without those of an adapter of its own', async () => {
    await writeFile(
      join(root, 'etc/resolv.conf'),
      '# by hand\nsearch old.example\nnameserver 192.168.1.1\nnameserver  fe80::1%eth0\nsearch corp.example example.org\nnameserver fd00::1\n',
    );
    const expected = { servers: ['192.168.1.1', 'fd00::1'], suffixes: ['corp.example', 'example.org'] };
    expect(await readHostNames('nat', root)).toEqual(expected);
    expect(await readHostNames('bridge', root)).toEqual(expected);
  });

  it('is for a guest behind it its own resolver, and for one beside it the servers that one asks', async () => {
    await writeFile(join(root, 'etc/resolv.conf'), 'nameserver 127.0.0.53\nsearch .\n');
    await writeFile(join(root, 'run/systemd/resolve/resolv.conf'), 'nameserver 10.8.0.1\n');
    expect(await readHostNames('nat', root)).toEqual({ servers: ['10.0.2.3'], suffixes: [] });
    expect((await readHostNames('bridge', root)).servers).toEqual(['10.8.0.1']);
  });

  it('is without a network what will answer once there is one, or nothing', async () => {
    expect((await readHostNames('nat', root)).servers).toEqual(['10.0.2.3']);
    expect((await readHostNames('bridge', root)).servers).toEqual([]);
  });
});

describe('a start', () => {
  const ask = { suffixes: { list: ['corp.example'] } };

  function start(network: object, image: object): () => void {
    const policy = newWorkspacePolicySchema.parse({ network });
    return () => requireNames({ policy, workspaceName: 'Accounting' }, machineDescriptionSchema.parse(image));
  }

  it('is refused where the names of the policy cannot be set in the guest', () => {
    const refusal = expect.objectContaining({ code: 'GUEST_NAMES_UNSUPPORTED' }) as Error;
    expect(start(ask, { guestOs: 'linux' })).toThrow(refusal);
    expect(start(ask, { guestOs: 'other', hasGuestAgent: true })).toThrow(refusal);
  });

  it('goes on where they can, and where there are none', () => {
    expect(start(ask, { guestOs: 'windows', hasGuestAgent: true })).not.toThrow();
    expect(start({}, { guestOs: 'linux' })).not.toThrow();
    expect(start({ ...ask, mode: 'none' }, { guestOs: 'linux' })).not.toThrow();
  });
});

describe('the names of a running guest', () => {
  const clock = createManualClock(0);
  const guest = scriptedGuest('eth0');
  const failures: string[] = [];
  let servers: string[];
  let isSilent: boolean;
  let network: object;
  let machine: NamedGuest['machine'];
  let keeper: GuestNamesKeeper;

  beforeEach(() => {
    servers = ['192.168.1.1'];
    isSilent = false;
    network = { dns: { mode: 'fixed', primary: '10.0.0.53', isHostAppended: true } };
    machine = { network: { mode: 'nat', cardAddresses: [cardAddress] } };
    guest.files.set(resolverFile, fromDhcp);
    guest.commands.length = 0;
    failures.length = 0;
    keeper = new GuestNamesKeeper({ hostNames: () => Promise.resolve({ servers, suffixes: [] }), clock });
  });

  function keep(changes: Partial<NamedGuest> = {}): Promise<void> {
    return keeper.keep({
      machine,
      description: { guestOs: 'linux', hasGuestAgent: true },
      policy: newWorkspacePolicySchema.parse({ network }).network,
      withAgent: async (work: (agent: GuestAgent) => Promise<void>) => {
        if (isSilent) throw fail('GUEST_AGENT_SILENT', {});
        await work(guest.agent);
      },
      onFailure: (reason) => failures.push(reason),
      ...changes,
    });
  }

  function serversOfGuest(): string[] {
    const lines = (guest.files.get(resolverFile) ?? '').split('\n');
    return lines.filter((line) => line.startsWith('nameserver')).map((line) => line.split(' ')[1] ?? '');
  }

  it("follow the computer's, and the policy", async () => {
    await keep();
    expect(serversOfGuest()).toEqual(['10.0.0.53', '192.168.1.1']);
    servers = ['10.8.0.1'];
    await keep();
    expect(serversOfGuest()).toEqual(['10.0.0.53', '10.8.0.1']);
    network = { dns: { mode: 'host' } };
    await keep();
    expect(serversOfGuest()).toEqual(['10.8.0.1']);
    network = {};
    await keep();
    expect(guest.files.get(resolverFile)).toBe(fromDhcp);
  });

  it('are set again when the guest got others from its network', async () => {
    await keep();
    guest.files.set(resolverFile, fromDhcp);
    await keep();
    expect(serversOfGuest()).toEqual(['10.0.2.3']);
    await clock.advance(60_000);
    await keep();
    expect(serversOfGuest()).toEqual(['10.0.0.53', '192.168.1.1']);
  });

  it('are tried until they are set; what fails once only is not told', async () => {
    isSilent = true;
    await keep();
    expect(failures).toEqual([]);
    await keep();
    expect(failures).toEqual(['The agent in the guest does not answer.']);
    isSilent = false;
    await keep();
    expect(serversOfGuest()).toEqual(['10.0.0.53', '192.168.1.1']);
  });

  it('are looked at once where nobody asks for any, without a word when that fails', async () => {
    await keep();
    const byEarlierPolicy = guest.files.get(resolverFile) ?? '';
    network = {};
    machine = { ...machine };
    guest.files.delete(resolverFile);
    for (let at = 0; at < 4; at += 1) await keep();
    expect(failures).toEqual([]);
    guest.files.set(resolverFile, byEarlierPolicy);
    await clock.advance(60_000);
    await keep();
    expect(guest.files.get(resolverFile)).toBe(fromDhcp);
    guest.files.set(resolverFile, byEarlierPolicy);
    await clock.advance(600_000);
    await keep();
    expect(guest.files.get(resolverFile)).toBe(byEarlierPolicy);
  });

  it('are nothing to guests without a network, a guest agent or a known system', async () => {
    await keep({ machine: { network: { mode: 'none', cardAddresses: [] } } });
    await keep({ description: { guestOs: 'linux', hasGuestAgent: false } });
    await keep({ description: { guestOs: 'other', hasGuestAgent: true } });
    expect(guest.files.get(resolverFile)).toBe(fromDhcp);
  });
});

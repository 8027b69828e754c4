import { newWorkspacePolicySchema, type WorkspacePolicy } from '@carrel/contract';
import { describe, expect, it } from 'vitest';
import { asksForNames, type HostNames, resolveNames } from './resolve-names.ts';

const host: HostNames = { servers: ['192.168.1.1', '192.168.1.2'], suffixes: ['home.example'] };
const away: HostNames = { servers: [], suffixes: [] };

function network(tab: object): WorkspacePolicy['network'] {
  return newWorkspacePolicySchema.parse({ network: tab }).network;
}

describe('the name servers of a guest', () => {
  it.each<[string, object, HostNames, string[] | null]>([
    ['what the network says', {}, host, null],
    ["the computer's", { mode: 'host' }, host, ['192.168.1.1', '192.168.1.2']],
    ['what they were while the computer has none', { mode: 'host' }, away, null],
    [
      'those of the policy',
      { mode: 'fixed', primary: '10.0.0.53', secondary: 'fd00::53' },
      host,
      ['10.0.0.53', 'fd00::53'],
    ],
    [
      "those of the policy and then the computer's, each once",
      { mode: 'fixed', primary: '10.0.0.53', secondary: '192.168.1.2', isHostAppended: true },
      host,
      ['10.0.0.53', '192.168.1.2', '192.168.1.1'],
    ],
  ])('are %s', (_name, dns, present, expected) => {
    expect(resolveNames(network({ dns }), present).servers).toEqual(expected);
  });
});

describe('the suffixes of a guest', () => {
  it.each<[string, object, HostNames, string[] | null]>([
    ['what the network says', {}, host, null],
    [
      'those of the policy, in order',
      { list: ['corp.example', 'Example.org'] },
      host,
      ['corp.example', 'example.org'],
    ],
    [
      "the policy's and then the computer's",
      { list: ['corp.example', 'home.example'], isHostAppended: true },
      host,
      ['corp.example', 'home.example'],
    ],
    ["the computer's alone", { isHostAppended: true }, host, ['home.example']],
    ['what they were when neither has any', { isHostAppended: true }, away, null],
  ])('are %s', (_name, suffixes, present, expected) => {
    expect(resolveNames(network({ suffixes }), present).suffixes).toEqual(expected);
  });
});

describe('a policy', () => {
  it.each<[object, boolean]>([
    [{}, false],
    [{ mode: 'bridge' }, false],
    [{ dns: { mode: 'host' } }, true],
    [{ suffixes: { list: ['corp.example'] } }, true],
    [{ suffixes: { isHostAppended: true } }, true],
  ])('with %j asks for names of its own: %s', (tab, expected) => {
    expect(asksForNames(network(tab))).toBe(expected);
  });
});

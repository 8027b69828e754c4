import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { workspaceInputSchema } from '../workspace.ts';
import { newWorkspacePolicySchema, workspacePolicySchema } from './workspace-policy.ts';

type PolicyInput = z.input<typeof workspacePolicySchema>;

const pathsOf = (policy: PolicyInput) =>
  newWorkspacePolicySchema.safeParse(policy).error?.issues.map(({ path }) => path.join('.')) ?? [];
const application = { name: 'Ledger', command: 'ledger' };
const command = { kind: 'command' as const, path: 'x' };

describe('the workspace policy', () => {
  it('is valid when nothing is said, and agrees with itself then', () => {
    expect(pathsOf({})).toEqual([]);
  });

  it('reads what was stored before most settings were there', () => {
    const stored = {
      general: { supportContact: '4711' },
      virtualMachine: {
        persistence: 'persistent',
        stopAction: 'save',
        countdownSeconds: 30,
        cpus: 2,
        keepVersions: 1,
      },
      network: { mode: 'none' },
      performance: { memoryTable: [{ hostMiB: 1024, guestMiB: 512 }] },
      delivery: { transferRate: '2M', useHostFiles: false },
    } as const;
    const policy = workspacePolicySchema.parse(stored);
    expect(policy).toMatchObject(stored);
    expect(policy.general.precedence).toBe('least-restrictive');
    expect(policy.web).toEqual({ listed: 'unchanged', others: 'unchanged', rules: [] });
  });

  it('reads what was once accepted and would not be now, but does not take it anew', () => {
    const stored: PolicyInput = {
      virtualMachine: { persistence: 'revertible', stopAction: 'save' },
      performance: {
        memoryTable: [
          { hostMiB: 1024, guestMiB: 512 },
          { hostMiB: 1024, guestMiB: 256 },
        ],
      },
    };
    expect(workspacePolicySchema.safeParse(stored).success).toBe(true);
    expect(pathsOf(stored)).toEqual(['virtualMachine.stopAction', 'performance.memoryTable.1.hostMiB']);
  });

  it.each<[string, PolicyInput, string[]]>([
    [
      'a revertible workspace that signs in by itself',
      { virtualMachine: { isSingleSignOnUsed: true } },
      ['virtualMachine.isSingleSignOnUsed'],
    ],
    [
      'a revertible workspace that joins a domain',
      { vmSetup: { actions: [{ kind: 'rename' }, { kind: 'join-domain' }] } },
      ['vmSetup.actions.1.kind'],
    ],
    [
      'a set-up that needs a network there is none of',
      {
        network: { mode: 'none' },
        vmSetup: { actions: [{ kind: 'check-connectivity', address: 'dc', port: 1 }] },
      },
      ['vmSetup.actions.0.kind'],
    ],
    [
      'two applications of one name',
      { applications: { applications: [application, { ...application, name: 'LEDGER' }] } },
      ['applications.applications.1.name'],
    ],
    [
      'two menus of one name',
      { applications: { menus: [{ name: 'Old' }, { name: 'old' }] } },
      ['applications.menus.1.name'],
    ],
    [
      'one rule twice',
      { web: { rules: [{ kind: 'all-local' }, { kind: 'all-local' }] } },
      ['web.rules.1.value'],
    ],
    ['fixed name servers without one', { network: { dns: { mode: 'fixed' } } }, ['network.dns.primary']],
    [
      'one name server twice',
      { network: { dns: { mode: 'fixed', primary: '10.0.0.1', secondary: '10.0.0.1' } } },
      ['network.dns.secondary'],
    ],
    [
      'one suffix twice',
      { network: { suffixes: { list: ['corp.test', 'CORP.test'] } } },
      ['network.suffixes.list.1'],
    ],
    [
      'one adapter twice',
      { network: { mode: 'bridge', bridgedAdapters: ['eth0', 'eth0'] } },
      ['network.bridgedAdapters.1'],
    ],
    [
      'a guest as large as its computer',
      { performance: { memoryTable: [{ hostMiB: 1024, guestMiB: 1024 }] } },
      ['performance.memoryTable.0.guestMiB'],
    ],
    [
      'two actions of one name',
      {
        vmSetup: {
          actions: [
            { ...command, name: 'a' },
            { ...command, name: 'a' },
          ],
        },
      },
      ['vmSetup.actions.1.name'],
    ],
    [
      'one short name of two domains',
      {
        vmSetup: {
          domainNames: [
            { netBiosName: 'CORP', dnsName: 'a.test' },
            { netBiosName: 'corp', dnsName: 'b.test' },
          ],
        },
      },
      ['vmSetup.domainNames.1.netBiosName'],
    ],
  ])('refuses %s, at the field to change', (_what, policy, paths) => {
    expect(pathsOf(policy)).toEqual(paths);
  });

  it('wants account and secret together', () => {
    const virtualMachine = { persistence: 'persistent' as const };
    const joining = (more: object) =>
      pathsOf({ virtualMachine, vmSetup: { actions: [{ kind: 'join-domain', ...more }] } });
    expect(joining({ account: 'joiner' })).toEqual(['vmSetup.actions.0.secret']);
    expect(joining({ secret: 'join-account' })).toEqual(['vmSetup.actions.0.account']);
    expect(joining({ account: 'joiner', secret: 'join-account' })).toEqual([]);
  });

  it.each<[string, PolicyInput, string]>([
    ['a color without six digits', { general: { frame: { color: 'blue' } } }, 'general.frame.color'],
    [
      'a command line with an open quote',
      { general: { hostVerification: { command: '"C:\\check' } } },
      'general.hostVerification.command',
    ],
    [
      'a command that ends in a backslash',
      { applications: { applications: [{ ...application, command: 'C:\\x\\' }] } },
      'applications.applications.0.command',
    ],
    [
      'a drive that is connected to nothing',
      { applications: { applications: [{ ...application, command: 'MapNetworkDrive H:' }] } },
      'applications.applications.0.command',
    ],
    [
      'an idle time of nothing',
      { virtualMachine: { lockAfterIdleMinutes: 0 } },
      'virtualMachine.lockAfterIdleMinutes',
    ],
    ['a suffix that is no domain', { network: { suffixes: { list: ['-a.b'] } } }, 'network.suffixes.list.0'],
    ['a name server that is no address', { network: { dns: { primary: 'dns' } } }, 'network.dns.primary'],
    ['a pattern that makes no names', { vmSetup: { computerName: '%nobody%' } }, 'vmSetup.computerName'],
  ])('refuses %s', (_what, policy, path) => {
    expect(pathsOf(policy)).toEqual([path]);
  });

  it('names tab and field also within a workspace', () => {
    const body = {
      name: 'Accounting',
      imageId: '0190a000-0000-7000-8000-000000000001',
      policy: { virtualMachine: { stopAction: 'save' } },
    };
    const issues = workspaceInputSchema.safeParse(body).error?.issues ?? [];
    expect(issues.map(({ path }) => path.join('.'))).toEqual(['policy.virtualMachine.stopAction']);
  });

  it('takes settings out of use with others that are theirs: they wait for the other mode', () => {
    expect(
      pathsOf({ network: { mode: 'nat', bridgedAdapters: ['eth0'], dns: { primary: '10.0.0.1' } } }),
    ).toEqual([]);
  });
});

import type { SetupAction, WorkspacePolicy } from '@carrel/contract';
import { makeComputerName, planSetup, type SetupTask } from '@carrel/policy';
import { command, policy, type SettingSection } from '../setting-row.ts';

const values = { username: 'ada', hostname: 'desk-17', workspace: 'Accounting', domain: 'CORP', vm: 'xp' };

const naming = (pattern: string, name: string) =>
  policy('vmSetup.computerName', pattern, {
    shows: ({ vmSetup }) => {
      const randomBytes = (count: number): Uint8Array => new Uint8Array(count);
      return [[makeComputerName(vmSetup.computerName, { values, randomBytes }), name]];
    },
  });

type ActionInput = { kind: SetupAction['kind'] } & Record<string, unknown>;

/** A setting of the one action of a set-up, and what it makes of the step. */
const action = (field: string, given: ActionInput, task: Partial<SetupTask> | Record<string, unknown>) =>
  policy(`vmSetup.actions.0.${field}`, given[field], {
    besides: { virtualMachine: { persistence: 'persistent' }, vmSetup: { isRun: true, actions: [given] } },
    shows: (whole) => [[firstTask(whole), task]],
  });

function firstTask({ vmSetup }: WorkspacePolicy): unknown {
  const plan = planSetup(vmSetup, { ...values, computername: 'CARREL-1' });
  if (plan.outcome === 'impossible') throw new Error(plan.reason);
  const [step] = plan.steps;
  return { ...step?.task, restarts: step?.restarts, isRepeatable: step?.isRepeatable, shown: step?.shown };
}

const program = (more: object): ActionInput => ({ kind: 'command', path: 'C:\\setup.exe', ...more });
const join = (more: object): ActionInput => ({ kind: 'join-domain', domain: 'corp.test', ...more });
const reach = { kind: 'check-connectivity' as const, address: 'dc1.corp.test', port: 389 };

export const vmSetup: SettingSection = {
  title: 'VM setup',
  rows: [
    { setting: 'Run VM Setup', stand: policy('vmSetup.isRun', true) },
    {
      setting: 'Script Editor',
      stand: policy('vmSetup.actions.0.name', 'last-restart', {
        besides: { vmSetup: { actions: [{ kind: 'restart', name: 'last-restart' }] } },
      }),
      note: 'Actions have names, time limits and attempts of their own, and go on where they were interrupted.',
    },
    {
      setting: 'Message displayed when script is running',
      stand: policy('vmSetup.message', 'One moment', {
        shows: ({ vmSetup: setup }) => [
          [planSetup(setup, { ...values, computername: 'X' }), { message: 'One moment' }],
        ],
      }),
    },
    {
      setting: 'Rename the VM based on the computer name pattern (revertible)',
      stand: policy('vmSetup.actions.0.kind', 'rename', {
        besides: { vmSetup: { isRun: true, actions: [{ kind: 'rename' }] } },
        shows: (given) => [[firstTask(given), { computerName: 'CARREL-1' }]],
      }),
      note: 'The action `rename`, which a revertible workspace does at every start.',
    },
    { setting: 'Name pattern: constant text', stand: naming('LEGACY-1', 'LEGACY-1') },
    {
      setting: 'Name pattern: User, Domain, Host, Workspace, Virtual machine name',
      stand: naming('%domain%%vm%-%username%', 'CORPXP-ADA'),
    },
    {
      setting: 'Name pattern: # random character',
      stand: naming('VM-****', 'VM-0000'),
      note: '`*`; `#` is a digit.',
    },
    {
      setting: 'Name pattern: truncated at 15',
      stand: naming('%workspace%-%hostname%-##', 'ACCOUNTING-D-00'),
      note: 'Variables are shortened before fixed and random characters are.',
    },
    { setting: '2.0: %username%[n], %hostname%[n]', stand: naming('%username%[2]%hostname%[4]', 'ADDESK') },
    {
      setting: 'Actions: Up, Down',
      stand: policy('vmSetup.actions.1.kind', 'rename', {
        besides: { vmSetup: { actions: [{ kind: 'restart' }, { kind: 'rename' }] } },
        shows: ({ vmSetup: setup }) => [
          [
            planSetup(setup, { ...values, computername: 'X' }),
            { steps: [{ key: 'restart-1' }, { key: 'rename-1' }] },
          ],
        ],
      }),
      note: 'In the order they stand in.',
    },
    {
      setting: 'Restart Windows',
      stand: action('kind', { kind: 'restart' }, { kind: 'restart', restarts: true }),
    },
    { setting: 'Rename Computer', stand: action('kind', { kind: 'rename' }, { computerName: 'CARREL-1' }) },
    {
      setting: 'Disable Auto-Logon',
      stand: action('kind', { kind: 'disable-auto-logon' }, { kind: 'disable-auto-logon' }),
    },
    {
      setting: 'Join Domain: credentials of the MED-V user',
      stand: action('kind', join({}), { credentials: null }),
      note: 'Where the action names no account.',
    },
    {
      setting: 'Join Domain: fixed credentials',
      stand: action('secret', join({ account: 'CORP\\joiner', secret: 'join-account' }), {
        credentials: { account: 'CORP\\joiner', secret: 'join-account' },
      }),
      note: 'The policy names a secret of the server; its value reaches the device sealed, and no user.',
    },
    {
      setting: 'Join Domain: password of fixed credentials',
      stand: command('carrel server secret set'),
    },
    {
      setting: 'Join Domain: login domain, by the Global domain mapping table',
      stand: policy('vmSetup.domainNames.0.dnsName', 'corp.example.com', {
        besides: {
          virtualMachine: { persistence: 'persistent' },
          vmSetup: {
            isRun: true,
            domainNames: [{ netBiosName: 'CORP', dnsName: 'corp.example.com' }],
            actions: [{ kind: 'join-domain' }],
          },
        },
        shows: (given) => [[firstTask(given), { domain: 'corp.example.com' }]],
      }),
    },
    { setting: 'Join Domain: fixed domain', stand: action('domain', join({}), { domain: 'corp.test' }) },
    {
      setting: 'Join Domain: OU',
      stand: action('organizationalUnit', join({ organizationalUnit: 'OU=VMs,OU=Berlin,DC=corp,DC=test' }), {
        organizationalUnit: 'OU=VMs,OU=Berlin,DC=corp,DC=test',
      }),
      note: 'At any level.',
    },
    {
      setting: 'Check Connectivity: IP Address',
      stand: action('address', reach, { address: 'dc1.corp.test' }),
    },
    { setting: 'Check Connectivity: Port', stand: action('port', reach, { port: 389 }) },
    {
      setting: 'Check Connectivity: Timeout',
      stand: action('timeoutSeconds', { ...reach, timeoutSeconds: 5 }, { kind: 'check-connectivity' }),
    },
    { setting: 'Command Line: Path', stand: action('path', program({}), { path: 'C:\\setup.exe' }) },
    {
      setting: 'Command Line: Arguments',
      stand: action('arguments', program({ arguments: ['/quiet', 'a b'] }), {
        commandLine: 'C:\\setup.exe /quiet "a b"',
      }),
      note: 'One each, so that nothing has to be quoted.',
    },
    {
      setting: 'Command Line: Wait for exit',
      stand: action('waitsForExit', program({ waitsForExit: false }), { waitsForExit: false }),
    },
    {
      setting: 'Command Line: Fail on error',
      stand: action('failsOnError', program({ failsOnError: false }), { successCodes: null }),
    },
    {
      setting: 'Command Line: success value',
      stand: action('successCodes', program({ successCodes: [0, 3010] }), { successCodes: [0, 3010] }),
    },
    {
      setting: 'Command Line: Perform only once',
      stand: action('isOnce', program({ isOnce: false }), { isRepeatable: true }),
    },
    {
      setting: 'Command Line: Causes restart',
      stand: action('causesRestart', program({ causesRestart: true }), { restarts: true }),
    },
    {
      setting: 'Command Line: Allow interaction',
      stand: action('isInteractive', program({ isInteractive: true }), { isInteractive: true }),
    },
    {
      setting: 'Command Line: Progress message',
      stand: action('progressMessage', program({ progressMessage: 'Working' }), {
        shown: { progress: 'Working' },
      }),
    },
    {
      setting: 'Command Line: Failure message',
      stand: action('failureMessage', program({ failureMessage: 'Call 4711' }), {
        shown: { failure: 'Call 4711' },
      }),
    },
    {
      setting: '%MEDVUser%, %MEDVDomain%, %DesiredMachineName%',
      stand: action('arguments', program({ arguments: ['%username%', '%domain%', '%computername%'] }), {
        arguments: ['ada', 'CORP', 'CARREL-1'],
      }),
      note: '`%username%`, `%domain%`, `%computername%`.',
    },
    {
      setting: '%MEDVPassword%',
      stand: action('inputSecret', program({ inputSecret: 'installer' }), { inputSecret: 'installer' }),
      note: 'Refused in arguments, which everybody in the guest can read; a secret is written to the standard input.',
    },
  ],
};

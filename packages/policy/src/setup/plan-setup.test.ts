import { newWorkspacePolicySchema, workspacePolicySchema } from '@carrel/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSetupMessage, planSetup, secretsOfSetup } from './plan-setup.ts';
import { quoteArguments } from './quote-arguments.ts';
import type { SetupValues } from './substitute.ts';

const values: SetupValues = {
  username: 'ada',
  hostname: 'LAPTOP-42',
  workspace: 'Accounting',
  domain: 'CORP',
  vm: 'xp-legacy',
  computername: 'CARREL-12345678',
};
const setupOf = (actions: readonly object[], more: object = {}) =>
  workspacePolicySchema.parse({ vmSetup: { isRun: true, actions, ...more } }).vmSetup;
const plan = (actions: readonly object[], more: object = {}, changed: Partial<SetupValues> = {}) =>
  planSetup(setupOf(actions, more), { ...values, ...changed });
function stepsOf(actions: readonly object[], more: object = {}, changed: Partial<SetupValues> = {}) {
  const result = plan(actions, more, changed);
  if (result.outcome === 'impossible') throw new Error(result.reason);
  return result.steps;
}

/** What the old product's own guide recommends for a persistent workspace. */
const recipe = [
  { kind: 'rename' },
  { kind: 'restart' },
  { kind: 'check-connectivity', address: 'dc1.corp.example.com', port: 389 },
  { kind: 'join-domain', account: 'CORP\\joiner', secret: 'join-account', organizationalUnit: 'OU=Guests' },
  { kind: 'restart' },
  { kind: 'disable-auto-logon' },
];

describe('the plan of a set-up', () => {
  it('has the actions in their order, each with a key of its own', () => {
    expect(stepsOf(recipe).map(({ key }) => key)).toEqual([
      'rename-1',
      'restart-1',
      'check-connectivity-1',
      'join-domain-1',
      'restart-2',
      'disable-auto-logon-1',
    ]);
    expect(stepsOf([{ kind: 'restart', name: 'last' }])[0]?.key).toBe('last');
  });

  it('names secrets, and contains none', () => {
    expect(secretsOfSetup(setupOf([...recipe, ...recipe]))).toEqual(['join-account']);
    expect(secretsOfSetup(setupOf(recipe, { isRun: false }))).toEqual([]);
    expect(stepsOf(recipe)[3]?.task).toMatchObject({
      credentials: { account: 'CORP\\joiner', secret: 'join-account' },
    });
  });

  it('finds the domain of the person by its short name', () => {
    const domainNames = [{ netBiosName: 'corp', dnsName: 'corp.example.com' }];
    const domainOf = (more: object, changed: Partial<SetupValues> = {}, action: object = {}) =>
      stepsOf([{ kind: 'join-domain', ...action }], more, changed)[0]?.task;
    expect(domainOf({ domainNames })).toMatchObject({ domain: 'corp.example.com', credentials: null });
    expect(domainOf({})).toMatchObject({ domain: 'CORP' });
    expect(domainOf({ domainNames }, {}, { domain: 'other.test' })).toMatchObject({ domain: 'other.test' });
    expect(plan([{ kind: 'join-domain' }], {}, { domain: '' })).toMatchObject({
      outcome: 'impossible',
      key: 'join-domain-1',
    });
  });

  it('fills in variables, and leaves the guest its own', () => {
    const command = {
      kind: 'command',
      path: 'C:\\Tools\\setup.exe',
      arguments: ['/user=%username%', '%ComputerName% of %workspace%', '%SystemRoot%\\x', ''],
    };
    expect(stepsOf([command])[0]?.task).toMatchObject({
      arguments: ['/user=ada', 'CARREL-12345678 of Accounting', '%SystemRoot%\\x', ''],
      commandLine: 'C:\\Tools\\setup.exe /user=ada "CARREL-12345678 of Accounting" %SystemRoot%\\x ""',
    });
  });

  it('refuses a value that a shell could take for orders', () => {
    const command = { kind: 'command', path: 'cmd.exe', arguments: ['/c', 'echo %username%'] };
    for (const username of ['ada&calc', 'a"b', '%PATH%', 'a\nb', '$(id)', 'a|b']) {
      expect(plan([command], {}, { username })).toMatchObject({ outcome: 'impossible' });
    }
    expect(stepsOf([{ ...command, arguments: [] }], {}, { username: 'ada&calc' })).toHaveLength(1);
  });

  it('knows which steps restart the guest and which run once', () => {
    const command = { kind: 'command', path: 'x' };
    const [once, repeated, restarting] = stepsOf([
      command,
      { ...command, isOnce: false, failsOnError: false },
      { ...command, causesRestart: true, successCodes: [0, 3010] },
    ]);
    expect(once).toMatchObject({ isRepeatable: false, restarts: false, task: { successCodes: [0] } });
    expect(repeated).toMatchObject({ isRepeatable: true, task: { successCodes: null } });
    expect(restarting).toMatchObject({ restarts: true, task: { successCodes: [0, 3010] } });
    expect(stepsOf([{ kind: 'restart' }])[0]).toMatchObject({ restarts: true, isRepeatable: true });
  });

  it('shows what the policy says, else a sentence of its kind', () => {
    expect(plan([])).toMatchObject({ message: defaultSetupMessage });
    expect(plan([], { message: 'One moment' })).toMatchObject({ message: 'One moment' });
    const said = { progressMessage: 'Working', failureMessage: 'Call 4711' };
    expect(stepsOf([{ kind: 'rename', ...said }])[0]?.shown).toEqual({
      progress: 'Working',
      failure: 'Call 4711',
    });
    for (const { shown } of stepsOf([...recipe, { kind: 'command', path: 'x' }])) {
      expect(shown.progress).toMatch(/^[A-Z].*\.$/);
      expect(shown.failure).toMatch(/\.$/);
    }
  });
});

describe('secrets in a command', () => {
  it.each(['%password%', '%MEDVPassword%', '%secret:join-account%', '%Secret%'])('%s is refused', (text) => {
    const actions = [{ kind: 'command', path: 'x', arguments: ['ok', text] }];
    const result = newWorkspacePolicySchema.safeParse({ vmSetup: { actions } });
    expect(result.error?.issues.map(({ path }) => path)).toEqual([['vmSetup', 'actions', 0, 'arguments', 1]]);
  });
});

describe('a command line', () => {
  it('is taken apart into what it was made of', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', '\t'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (texts) => {
        expect(splitAsWindowsDoes(quoteArguments(texts))).toEqual(texts);
      }),
    );
  });
});

/** CommandLineToArgvW, for arguments after the program. */
function splitAsWindowsDoes(line: string): string[] {
  const texts: string[] = [];
  let text: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const [backslashes = ''] = /^\\*/.exec(line.slice(at)) ?? [];
    const isBeforeQuote = line[at + backslashes.length] === '"';
    if (backslashes !== '') {
      text = (text ?? '') + (isBeforeQuote ? backslashes.slice(0, backslashes.length >> 1) : backslashes);
      at += backslashes.length - 1;
      if (isBeforeQuote && backslashes.length % 2 === 1) {
        text += '"';
        at += 1;
      }
    } else if (line[at] === '"') {
      isQuoted = !isQuoted;
      text ??= '';
    } else if (!isQuoted && /\s/.test(line.charAt(at))) {
      if (text !== undefined) texts.push(text);
      text = undefined;
    } else {
      text = (text ?? '') + line.charAt(at);
    }
  }
  return text === undefined ? texts : [...texts, text];
}

import type { SetupAction, WorkspacePolicy } from '@carrel/contract';
import { quoteArguments } from './quote-arguments.ts';
import { failureSentence, progressSentence } from './setup-messages.ts';
import type { SetupTask } from './setup-task.ts';
import { type SetupValues, substitute } from './substitute.ts';

/** One action of the set-up, its variables filled in. Secrets are named, never contained. */
export interface SetupStep {
  /** What it is remembered by: its name, else its kind and which one of that kind it is (`restart-2`). */
  readonly key: string;
  readonly task: SetupTask;
  /** How long one attempt may take. */
  readonly timeoutSeconds: number;
  readonly attempts: number;
  /** It has restarted the guest when it is done. */
  readonly restarts: boolean;
  /** May be done again when it is not known whether it was: everything but commands that run once. */
  readonly isRepeatable: boolean;
  /** For people at the computer. */
  readonly shown: { readonly progress: string; readonly failure: string };
}

export type SetupPlan =
  | { readonly outcome: 'planned'; readonly message: string; readonly steps: readonly SetupStep[] }
  /** A step cannot be done here whatever the guest does. */
  | { readonly outcome: 'impossible'; readonly key: string; readonly reason: string };

/** Shown during the set-up where the policy has no message of its own. */
export const defaultSetupMessage =
  'The workspace is being set up. This happens once and takes a few minutes.';

/**
 * Turns the tab VM setup into steps for one guest. Pure: the computer name is made before, since it must stay the same.
 */
export function planSetup(setup: WorkspacePolicy['vmSetup'], values: SetupValues): SetupPlan {
  const steps: SetupStep[] = [];
  const keys = keysOf(setup.actions);
  for (const [index, action] of setup.actions.entries()) {
    const key = keys[index] ?? action.kind;
    const task = taskOf(action, setup, values);
    if ('impossible' in task) return { outcome: 'impossible', key, reason: task.impossible };
    steps.push({
      key,
      task,
      timeoutSeconds: action.timeoutSeconds,
      attempts: action.attempts,
      restarts: action.kind === 'restart' || (action.kind === 'command' && action.causesRestart),
      isRepeatable: !(action.kind === 'command' && action.isOnce),
      shown: {
        progress: action.progressMessage || progressSentence(task),
        failure: action.failureMessage || failureSentence(task),
      },
    });
  }
  return { outcome: 'planned', message: setup.message || defaultSetupMessage, steps };
}

/** Names of every secret the set-up needs, each once. */
export function secretsOfSetup({ isRun, actions }: WorkspacePolicy['vmSetup']): string[] {
  if (!isRun) return [];
  const names = actions.map((action) =>
    action.kind === 'join-domain' ? action.secret : action.kind === 'command' ? action.inputSecret : null,
  );
  return [...new Set(names.filter((name) => name !== null))];
}

function keysOf(actions: readonly SetupAction[]): string[] {
  const counts = new Map<string, number>();
  return actions.map(({ name, kind }) => {
    if (name !== null) return name;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return `${kind}-${count}`;
  });
}

function taskOf(
  action: SetupAction,
  setup: WorkspacePolicy['vmSetup'],
  values: SetupValues,
): SetupTask | { readonly impossible: string } {
  switch (action.kind) {
    case 'restart':
    case 'disable-auto-logon':
      return { kind: action.kind };
    case 'rename':
      return { kind: 'rename', computerName: values.computername };
    case 'check-connectivity':
      return { kind: action.kind, address: action.address, port: action.port };
    case 'join-domain':
      return joinTask(action, setup.domainNames, values.domain);
    case 'command':
      return commandTask(action, values);
  }
}

function joinTask(
  { domain, organizationalUnit, account, secret }: Extract<SetupAction, { kind: 'join-domain' }>,
  domainNames: WorkspacePolicy['vmSetup']['domainNames'],
  signInDomain: string,
): SetupTask | { readonly impossible: string } {
  const credentials = account === null || secret === null ? null : { account, secret };
  const known = domainNames.find(
    ({ netBiosName }) => netBiosName.toUpperCase() === signInDomain.toUpperCase(),
  );
  const joined = domain ?? known?.dnsName ?? signInDomain;
  if (joined === '')
    return { impossible: 'The person who signed in belongs to no domain, and the action names none.' };
  return { kind: 'join-domain', domain: joined, organizationalUnit, credentials };
}

function commandTask(
  action: Extract<SetupAction, { kind: 'command' }>,
  values: SetupValues,
): SetupTask | { readonly impossible: string } {
  const filled = [action.path, ...action.arguments].map((text) => substitute(text, values));
  const unusable = filled.find((result) => result.outcome === 'unusable');
  if (unusable) {
    const { variable } = unusable;
    return {
      impossible: `The value of %${variable}% has characters that a command line could take for orders.`,
    };
  }
  const [path = '', ...rest] = filled.map((result) => (result.outcome === 'filled' ? result.text : ''));
  return {
    kind: 'command',
    path,
    arguments: rest,
    commandLine: quoteArguments([path, ...rest]),
    inputSecret: action.inputSecret,
    waitsForExit: action.waitsForExit,
    isInteractive: action.isInteractive,
    successCodes: action.failsOnError ? action.successCodes : null,
  };
}

import { z } from 'zod';
import { secretNameSchema } from '../secret.ts';
import { computerNamePatternSchema } from './computer-name-pattern.ts';
import { findRepeated, type PolicyFault } from './fault.ts';
import { checkSetupVariables, setupTextSchema } from './setup-text.ts';

const timeout = (seconds: number): z.ZodDefault<z.ZodInt> =>
  z.int().min(1).max(86_400).default(seconds).describe('An attempt that takes longer has failed.');
const attempts = (count: number): z.ZodDefault<z.ZodInt> =>
  z.int().min(1).max(100).default(count).describe('How often it is tried before the set-up fails.');

const common = {
  name: z
    .string()
    .max(60)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case letters, digits and -')
    .nullable()
    .default(null)
    .describe(
      'What the action is remembered by; none: its kind and which one of that kind it is. Give it one where actions will be moved.',
    ),
  progressMessage: z
    .string()
    .max(300)
    .default('')
    .describe('Shown while it runs; empty: a sentence of its kind.'),
  failureMessage: z
    .string()
    .max(300)
    .default('')
    .describe('Shown when its last attempt failed; empty: a sentence of its kind.'),
};

const renameSchema = z.strictObject({
  kind: z.literal('rename').describe('Gives the guest the name made by computerName; done when it has it.'),
  ...common,
  timeoutSeconds: timeout(120),
  attempts: attempts(3),
});

const restartSchema = z.strictObject({
  kind: z.literal('restart').describe('Restarts the guest and waits until it answers again.'),
  ...common,
  timeoutSeconds: timeout(900),
  attempts: attempts(2),
});

const checkConnectivitySchema = z.strictObject({
  kind: z.literal('check-connectivity').describe('Waits until the guest reaches an address.'),
  ...common,
  address: z
    .string()
    .trim()
    .min(1)
    .max(253)
    .regex(/^[a-z0-9._:%-]+$/i, 'expected a host name or an IP address')
    .describe('Host name or IP address, such as the domain controller.'),
  port: z.int().min(1).max(65_535).describe('TCP port that must accept a connection, such as 389.'),
  timeoutSeconds: timeout(30),
  attempts: attempts(10),
});

const joinDomainSchema = z.strictObject({
  kind: z.literal('join-domain').describe('Joins the guest to a domain; done when it is a member.'),
  ...common,
  domain: z
    .string()
    .trim()
    .min(1)
    .max(253)
    .nullable()
    .default(null)
    .describe('DNS name of the domain; none: that of the person who signed in, by domainNames.'),
  organizationalUnit: z
    .string()
    .trim()
    .max(500)
    .default('')
    .describe(
      'Distinguished name such as OU=Guests,DC=example,DC=com; empty: where the domain puts computers.',
    ),
  account: z
    .string()
    .trim()
    .min(1)
    .max(256)
    .nullable()
    .default(null)
    .describe('Account that may join computers, such as CORP\\joiner; none: the person who signed in.'),
  secret: secretNameSchema
    .nullable()
    .default(null)
    .describe(
      "Name of the secret that is the account's password. It reaches the computer sealed, and no person.",
    ),
  timeoutSeconds: timeout(300),
  attempts: attempts(3),
});

const commandSchema = z.strictObject({
  kind: z.literal('command').describe('Runs a program in the guest.'),
  ...common,
  path: setupTextSchema.min(1).describe('Full path of the program in the guest.'),
  arguments: z
    .array(setupTextSchema)
    .max(100)
    .default([])
    .describe(
      'One each, not quoted. %username%, %hostname%, %workspace%, %domain%, %vm% and %computername% stand for their values.',
    ),
  inputSecret: secretNameSchema
    .nullable()
    .default(null)
    .describe(
      'Name of a secret written to the standard input of the program, because arguments are seen by everybody in the guest.',
    ),
  waitsForExit: z.boolean().default(true).describe('Off: goes on as soon as it has started.'),
  failsOnError: z
    .boolean()
    .default(true)
    .describe('An exit code that is not one of successCodes fails the attempt.'),
  successCodes: z
    .array(z.int().min(0).max(0xffff_ffff))
    .min(1)
    .max(50)
    .default([0])
    .describe('Exit codes of success.'),
  isOnce: z
    .boolean()
    .default(true)
    .describe(
      'Not run again after it succeeded, also when the set-up starts over. Off only for what may be repeated.',
    ),
  causesRestart: z
    .boolean()
    .default(false)
    .describe('The program restarts the guest; the set-up waits for it and goes on.'),
  isInteractive: z
    .boolean()
    .default(false)
    .describe('The program may show windows; the guest is shown while it runs.'),
  timeoutSeconds: timeout(600),
  attempts: attempts(1),
});

const disableAutoLogonSchema = z.strictObject({
  kind: z
    .literal('disable-auto-logon')
    .describe("The guest no longer signs in by itself with the image's account."),
  ...common,
  timeoutSeconds: timeout(60),
  attempts: attempts(3),
});

export const setupActionSchema = z.discriminatedUnion('kind', [
  renameSchema,
  restartSchema,
  checkConnectivitySchema,
  joinDomainSchema,
  commandSchema,
  disableAutoLogonSchema,
]);
export type SetupAction = z.infer<typeof setupActionSchema>;

/** The tab VM setup: what is done in a guest before people use it for the first time. */
export const vmSetupSchema = z.strictObject({
  isRun: z
    .boolean()
    .default(false)
    .describe(
      'Run the actions: once in a persistent workspace, at every start in a revertible one. Off: images need no set-up unless one is written.',
    ),
  message: z
    .string()
    .max(500)
    .default('')
    .describe('Shown to the person while the set-up runs; empty: a sentence that asks for patience.'),
  computerName: computerNamePatternSchema
    .default('CARREL-********')
    .describe(
      "Pattern of the guest's computer name, used by the action rename: letters, digits, -, %username%, %hostname%, %workspace%, %domain%, %vm%, each with [n] for at most n characters, # for a digit and * for a letter or digit; cut at 15 characters. The default tells nobody's name and has 2.8 million million values.",
    ),
  domainNames: z
    .array(
      z.strictObject({
        netBiosName: z.string().trim().min(1).max(15).describe('Short name, as in CORP\\ada.'),
        dnsName: z.string().trim().min(1).max(253).describe('Full name, such as corp.example.com.'),
      }),
    )
    .max(200)
    .default([])
    .describe('Full names of domains by their short ones, for join-domain without a domain.'),
  actions: z.array(setupActionSchema).max(50).default([]).describe('In this order.'),
});

/** What the fields of the tab say against each other. */
export function checkVmSetup(tab: z.output<typeof vmSetupSchema>): PolicyFault[] {
  const names = findRepeated(
    tab.actions.map(({ name }, index) => ({ name, index })).filter(({ name }) => name !== null),
    ({ name }) => name ?? '',
    ({ name, index }) => ({
      path: ['vmSetup', 'actions', index, 'name'],
      message: `another action is called ${name ?? ''}: expected names of their own`,
    }),
  );
  const domains = findRepeated(
    tab.domainNames,
    ({ netBiosName }) => netBiosName.toUpperCase(),
    ({ netBiosName }, index): PolicyFault => ({
      path: ['vmSetup', 'domainNames', index, 'netBiosName'],
      message: `${netBiosName} is there twice`,
    }),
  );
  return [...names, ...domains, ...tab.actions.flatMap(checkAction)];
}

function checkAction(action: SetupAction, index: number): PolicyFault[] {
  const path = ['vmSetup', 'actions', index] as const;
  switch (action.kind) {
    case 'join-domain':
      if ((action.account === null) === (action.secret === null)) return [];
      return [
        {
          path: [...path, action.account === null ? 'account' : 'secret'],
          message: 'account and secret belong together: expected both, or neither',
        },
      ];
    case 'command':
      return [action.path, ...action.arguments].flatMap((text, at) =>
        checkSetupVariables(text).map((message) => ({
          path: at === 0 ? [...path, 'path'] : [...path, 'arguments', at - 1],
          message,
        })),
      );
    default:
      return [];
  }
}

import { deviceSignInSchema, fail } from '@carrel/contract';
import {
  agentPaths,
  agentSignInAnswerSchema,
  agentSignInOptionsSchema,
  agentStatusSchema,
} from '@carrel/contract/agent-api';
import type { Command } from 'commander';
import { chooseProvider, readSecret, waitForCode } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { type AgentLink, agentDataPath, openAgent } from './agent-link.ts';

interface SignInOptions {
  readonly user?: string;
  readonly sso?: string | true;
  readonly passwordFile?: string;
  readonly data?: string;
  readonly json?: true;
}

const command = 'carrel agent sign-in';

/** `carrel agent sign-in`. */
export function registerSignInCommand(agent: Command, context: CliContext): void {
  agent
    .command('sign-in')
    .description('Sign a person in at this computer, so that their workspaces can be started')
    .option('-u, --user <name>', 'who signs in, with a password')
    .option('--sso [provider]', 'sign in at a sign-in provider, in any browser')
    .option('--password-file <file>', 'file with the password on its first line (- is standard input)')
    .option('--data <folder>', "the agent's folder (default: CARREL_AGENT_DATA)")
    .option('--json', 'print the result as one JSON line')
    .addHelpText(
      'after',
      `
Examples:
  carrel agent sign-in -u ada
  carrel agent sign-in --sso
  carrel agent sign-in --sso Company --json

With --sso and --json the first line holds the address and the code, the second one the result.`,
    )
    .action(async (options: SignInOptions) => {
      if ((options.user === undefined) === (options.sso === undefined)) {
        throw fail('USAGE', { reason: 'Give either --user or --sso.', command });
      }
      await using link = await openAgent(context, agentDataPath(context, options.data));
      const userName =
        options.user === undefined
          ? await signInByCode(context, link, options)
          : await signInByPassword(context, link, options.user, options.passwordFile);
      await show(context, link, userName, options);
    });
}

async function signInByPassword(
  context: CliContext,
  link: AgentLink,
  userName: string,
  passwordFile: string | undefined,
): Promise<string> {
  const password = await readSecret(context, {
    prompt: `Password of ${userName}`,
    file: passwordFile,
    variable: 'CARREL_PASSWORD',
    option: '--password-file',
  });
  await link.call('POST', agentPaths.signIn, agentStatusSchema, { userName, password });
  return userName;
}

async function signInByCode(
  context: CliContext,
  link: AgentLink,
  { sso = true, json }: SignInOptions,
): Promise<string> {
  const { items } = await link.call('GET', agentPaths.signInOptions, agentSignInOptionsSchema);
  const { id: providerId } = chooseProvider(items, sso, command);
  const flow = await link.call('POST', agentPaths.beginSignIn, deviceSignInSchema, { providerId });
  const { userName } = await waitForCode(context, flow, json === true, () =>
    link.call('POST', agentPaths.finishSignIn, agentSignInAnswerSchema, { handle: flow.handle }),
  );
  return userName;
}

async function show(
  { terminal }: CliContext,
  link: AgentLink,
  userName: string,
  { json }: SignInOptions,
): Promise<void> {
  const status = await link.call('GET', agentPaths.status, agentStatusSchema);
  const workspaces = status.workspaces
    .filter((item) => item.userName === userName)
    .map((item) => item.workspaceName);
  if (json) terminal.out(JSON.stringify({ userName, workspaces }));
  else terminal.note(`Signed in. Workspaces: ${workspaces.join(', ') || 'none yet'}`);
}

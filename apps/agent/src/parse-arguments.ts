import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fail } from '@carrel/contract';
import { parseFingerprint } from '@carrel/contract/node';

/** Where the enrolment token comes from. */
export type TokenSource =
  | { readonly kind: 'value'; readonly token: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'standard-input' };

export type AgentCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'run'; readonly data: string; readonly asJson: boolean }
  | {
      readonly kind: 'enrol';
      readonly data: string;
      readonly server: URL;
      readonly token: TokenSource;
      readonly authorityFingerprint: string | undefined;
      readonly trustFirstUse: boolean;
      readonly asJson: boolean;
    };

export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
}

const options = {
  data: { type: 'string' },
  token: { type: 'string' },
  'token-file': { type: 'string' },
  'token-stdin': { type: 'boolean' },
  'ca-fingerprint': { type: 'string' },
  'trust-first-use': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

export const help = `Usage: carrel agent run [--data DIR] [--json]
       carrel agent enrol SERVER --ca-fingerprint HEX [--token-file FILE | --token-stdin] [--data DIR] [--json]

  --data DIR              folder of the agent ($CARREL_AGENT_DATA)
  --token-file FILE       file with the enrolment token, - for standard input (as --token-stdin);
                          else $CARREL_ENROLMENT_TOKEN, or --token TOKEN (others can see it while it runs)
  --ca-fingerprint HEX    sha256 of the server's certificate authority, from the administrator
  --trust-first-use       believe the authority the server presents now
`;

/** @throws {USAGE} */
export function parseArguments(argv: readonly string[], surroundings: Surroundings): AgentCommand {
  const { values, positionals } = parse(argv);
  const [command, server, ...rest] = positionals;
  if (values.help) return { kind: 'help' };
  const data = values.data ?? defaultDataFolder(surroundings);
  const asJson = values.json ?? false;
  if (command === 'run' && server === undefined) return { kind: 'run', data, asJson };
  if (command !== 'enrol') return refuse('Expected run or enrol.');
  if (server === undefined || rest.length > 0) return refuse('enrol takes one server address.');
  return {
    kind: 'enrol',
    data,
    server: parseServer(server),
    token: chooseToken(values, surroundings.environment),
    authorityFingerprint: parseGivenFingerprint(values['ca-fingerprint']),
    trustFirstUse: values['trust-first-use'] ?? false,
    asJson,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (error instanceof TypeError) return refuse(error.message);
    throw error;
  }
}

function chooseToken(
  values: ReturnType<typeof parse>['values'],
  environment: Surroundings['environment'],
): TokenSource {
  if (values['token-stdin']) return { kind: 'standard-input' };
  if (values['token-file'] === '-') return { kind: 'standard-input' };
  if (values['token-file'] !== undefined) return { kind: 'file', path: values['token-file'] };
  const token = values.token ?? environment['CARREL_ENROLMENT_TOKEN'];
  if (token === undefined || token === '') return refuse('An enrolment token is needed (--token-file FILE).');
  return { kind: 'value', token };
}

function parseServer(text: string): URL {
  const withScheme = text.includes('://') ? text : `https://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : refuse(`${text} is not a server address.`);
  if (url.protocol !== 'https:') return refuse('The address of the server begins with https://.');
  return new URL(url.origin);
}

function parseGivenFingerprint(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return parseFingerprint(text) ?? refuse('--ca-fingerprint takes the 64 hex digits of a sha256.');
}

function defaultDataFolder({ environment, isRoot }: Surroundings): string {
  const chosen = environment['CARREL_AGENT_DATA'];
  if (chosen !== undefined && chosen !== '') return chosen;
  if (isRoot) return '/var/lib/carrel-agent';
  return join(environment['XDG_DATA_HOME'] ?? join(homedir(), '.local/share'), 'carrel/agent');
}

function refuse(reason: string): never {
  throw fail('USAGE', { reason, command: 'carrel agent' });
}

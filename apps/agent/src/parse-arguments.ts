import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fail } from '@carrel/contract';
import { parseFingerprint } from '@carrel/contract/node';

export type AgentCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'run'; readonly data: string; readonly asJson: boolean }
  | {
      readonly kind: 'enrol';
      readonly data: string;
      readonly server: URL;
      /** Enrol by the sign-in of this person; with a token when `undefined`. */
      readonly userName: string | undefined;
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
  user: { type: 'string' },
  'ca-fingerprint': { type: 'string' },
  'trust-first-use': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

export const help = `Usage: carrel agent run [--data DIR] [--json]
       carrel agent enrol SERVER [--user NAME] --ca-fingerprint HEX [--data DIR] [--json]

enrol reads the enrolment token, or the password of NAME, from standard input.

  --data DIR              folder of the agent ($CARREL_AGENT_DATA)
  --user NAME             enrol by the sign-in of this person, where the server allows it
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
    userName: values.user,
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

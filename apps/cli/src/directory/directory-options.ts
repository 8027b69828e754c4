import { readFile } from 'node:fs/promises';
import { type DirectoryServer, directoryServerSchema, fail } from '@carrel/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** What `add` and `change` take; all of it may be left out of `change`. */
export interface DirectoryOptions {
  readonly domain?: string;
  readonly netbios?: string;
  readonly server?: string[];
  readonly startTls?: true;
  readonly base?: string;
  readonly bindAccount?: string;
  readonly bindPasswordFile?: string;
  readonly authority?: string;
  readonly systemTrust?: true;
  readonly profile?: 'active-directory' | 'rfc2307bis';
  readonly suffix?: string[];
  readonly trustHours?: number;
  readonly enable?: true;
  readonly disable?: true;
  readonly json?: true;
}

export function addDirectoryOptions(command: Command): Command {
  return command
    .option('--domain <name>', 'DNS name of the domain, such as corp.example')
    .option('--netbios <name>', 'short name of the domain, such as CORP')
    .option(
      '--server <address...>',
      'servers as HOST or HOST:PORT, the first to be asked first (port 636, or 389 with --start-tls)',
    )
    .option('--start-tls', 'switch to TLS on the plain port instead of LDAPS')
    .option('--base <dn>', 'where people and groups are; the domain itself unless given')
    .option('--bind-account <name>', 'account that Carrel reads the directory with')
    .option('--bind-password-file <file>', 'file with its password on the first line (- is standard input)')
    .option('--authority <file>', 'certificates in PEM that the servers must be certified by')
    .option(
      '--system-trust',
      'the servers have certificates that the computer of the Carrel server trusts anyway',
    )
    .addOption(
      new Option('--profile <profile>', 'kind of directory').choices(['active-directory', 'rfc2307bis']),
    )
    .option('--suffix <name...>', 'further suffixes that people sign in with')
    .option('--trust-hours <hours>', 'how long what was learned counts without contact', parseHours)
    .option('--json', 'print the directory as one JSON line');
}

/** What of a directory's content the options say; nothing of what they leave out. */
export async function contentOf(options: DirectoryOptions) {
  const { domain, netbios, server, base, bindAccount, profile, suffix, trustHours } = options;
  const certificateAuthority = options.systemTrust
    ? null
    : options.authority === undefined
      ? undefined
      : await readPem(options.authority);
  return {
    ...(domain === undefined ? {} : { dnsName: domain }),
    ...(netbios === undefined ? {} : { netbiosName: netbios }),
    ...(server === undefined
      ? {}
      : { servers: server.map((text) => parseServer(text, options.startTls === true)) }),
    ...(base === undefined ? {} : { baseDn: base }),
    ...(bindAccount === undefined ? {} : { bindDn: bindAccount }),
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    ...(profile === undefined ? {} : { profile }),
    ...(suffix === undefined ? {} : { userNameSuffixes: suffix }),
    ...(trustHours === undefined ? {} : { trustWithoutContactHours: trustHours }),
    ...(options.enable ? { isEnabled: true } : {}),
    ...(options.disable ? { isEnabled: false } : {}),
  };
}

/** `corp.example` is kept at `DC=corp,DC=example`. */
export function baseOfDomain(dnsName: string): string {
  return dnsName
    .split('.')
    .map((part) => `DC=${part}`)
    .join(',');
}

function parseServer(text: string, isStartTls: boolean): DirectoryServer {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text);
  const parsed = directoryServerSchema.safeParse({
    host: match?.[1] ?? match?.[2],
    port: match?.[3] === undefined ? (isStartTls ? 389 : 636) : Number(match[3]),
    security: isStartTls ? 'start-tls' : 'tls',
  });
  if (parsed.success) return parsed.data;
  throw fail('USAGE', {
    reason: `${text} is not a server like HOST or HOST:PORT.`,
    command: 'carrel directory',
  });
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path === '-' ? '/dev/stdin' : path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw fail('FILE_INVALID', { path, reason }, error);
  }
}

function parseHours(text: string): number {
  const hours = Number(text);
  if (!Number.isInteger(hours) || hours < 0)
    throw new InvalidArgumentError('Expected a whole number of hours.');
  return hours;
}

import { X509Certificate } from 'node:crypto';
import { type DirectoryServer, type DirectoryStep, fail } from '@carrel/contract';
import { type Clock, isAppError } from '@carrel/kit';
import type { LdapAccount } from './accounts/ldap-account.ts';
import { parseSignInName } from './accounts/sign-in-name.ts';
import { connectServer, resolveServer, secureSocket } from './connection/secure-socket.ts';
import { createLdapDirectory, type LdapDirectory } from './ldap-directory.ts';
import { type LdapSettings, serverName } from './ldap-settings.ts';

type StepName = DirectoryStep['step'];

/** What is tried at each server, in order. */
const serverSteps: readonly StepName[] = ['resolve', 'connect', 'certificate', 'bind', 'base'];
/** Names of groups that a step tells; it counts the others. */
const groupsNamed = 20;

export interface DirectoryTestOptions {
  readonly settings: LdapSettings;
  readonly clock: Pick<Clock, 'monotonicMs' | 'nowMs'>;
  readonly random: () => number;
  /** Somebody to find, as they sign in. */
  readonly userName?: string | undefined;
  /** Their password, to try signing in as well. */
  readonly password?: string | undefined;
}

/**
 * Goes through a connection step by step: for each server its name, the connection and its certificate, then on each
 * that got so far the bind and the base, and on the first that works the person. A step that fails ends what follows
 * from it; what was not reached is told as skipped. Nothing is changed, neither here nor there.
 */
export async function testLdapDirectory(options: DirectoryTestOptions): Promise<DirectoryStep[]> {
  const steps: DirectoryStep[] = [];
  const record = createRecorder(steps, options.clock);
  let working: DirectoryServer | undefined;
  for (const server of options.settings.servers) {
    const isWorking = await testServer(record, server, options);
    if (isWorking) working ??= server;
  }
  await testPerson(record, working, options);
  return steps;
}

type Recorder = ReturnType<typeof createRecorder>;

function createRecorder(steps: DirectoryStep[], clock: Pick<Clock, 'monotonicMs'>) {
  const none = { code: null, remedy: null };
  return {
    /** Runs a step. @returns what it found; `undefined` when it failed */
    run: async <T>(
      step: StepName,
      server: string | null,
      work: () => Promise<T>,
      describe: (result: T) => string,
    ): Promise<{ readonly result: T } | undefined> => {
      const startMs = clock.monotonicMs();
      const took = () => ({ durationMs: Math.max(0, Math.round(clock.monotonicMs() - startMs)) });
      try {
        const result = await work();
        steps.push({ step, server, outcome: 'ok', detail: describe(result), ...none, ...took() });
        return { result };
      } catch (error) {
        if (!isAppError(error)) throw error;
        const { message: detail, code, remedy } = causeOf(error);
        steps.push({ step, server, outcome: 'failed', detail, code, remedy, ...took() });
        return undefined;
      }
    },
    skip: (step: StepName, server: string | null, detail: string): void => {
      steps.push({ step, server, outcome: 'skipped', detail, ...none, durationMs: 0 });
    },
  };
}

/** That no server answers follows here from one fault of the one server that is asked: that is what to tell. */
function causeOf(error: { message: string; code: string; remedy: string; cause?: unknown }) {
  return error.code === 'DIRECTORY_UNREACHABLE' && isAppError(error.cause) ? error.cause : error;
}

async function testServer(
  record: Recorder,
  server: DirectoryServer,
  options: DirectoryTestOptions,
): Promise<boolean> {
  const name = serverName(server);
  const { settings } = options;
  const opening = [
    () =>
      record.run(
        'resolve',
        name,
        () => resolveServer(server),
        (found) => found.join(', '),
      ),
    () =>
      record.run(
        'connect',
        name,
        () => touch(server),
        () => 'connected',
      ),
    () =>
      record.run(
        'certificate',
        name,
        () => readCertificate(server, settings.certificateAuthority),
        (text) => text,
      ),
  ];
  for (const [at, step] of opening.entries()) {
    if (await step()) continue;
    skipUnreached(record, name, serverSteps.slice(at + 1));
    return false;
  }
  using directory = openAt(server, options);
  const bound = await record.run(
    'bind',
    name,
    () => directory.asService(() => Promise.resolve()),
    () => settings.bindDn,
  );
  if (!bound) {
    skipUnreached(record, name, serverSteps.slice(4));
    return false;
  }
  return Boolean(
    await record.run(
      'base',
      name,
      () => directory.requireBase(),
      () => settings.baseDn,
    ),
  );
}

function skipUnreached(record: Recorder, server: string, steps: readonly StepName[]): void {
  for (const step of steps) record.skip(step, server, 'not reached');
}

async function testPerson(
  record: Recorder,
  working: DirectoryServer | undefined,
  options: DirectoryTestOptions,
): Promise<void> {
  const { userName, password } = options;
  const wanted: StepName[] = ['find-user', 'groups', 'authenticate'];
  if (working === undefined || userName === undefined) {
    for (const step of wanted)
      record.skip(step, null, userName === undefined ? 'no name was given' : 'not reached');
    return;
  }
  using directory = openAt(working, options);
  const name = serverName(working);
  const describe = (account: LdapAccount) =>
    `${account.distinguishedName} (${account.userName}, ${account.state.replace('-', ' ')})`;
  const found = await record.run('find-user', name, () => findOne(directory, userName), describe);
  if (!found) {
    for (const step of ['groups', 'authenticate'] as const) record.skip(step, name, 'not reached');
    return;
  }
  const account = found.result;
  await record.run(
    'groups',
    name,
    () => directory.groupsOf(account),
    (groups) => {
      const names = groups.map((group) => group.name).toSorted();
      const more = names.length > groupsNamed ? ` and ${names.length - groupsNamed} more` : '';
      return `${names.length}: ${names.slice(0, groupsNamed).join(', ')}${more}`;
    },
  );
  if (password === undefined) record.skip('authenticate', name, 'no password was given');
  else
    await record.run(
      'authenticate',
      name,
      () => requireRight(directory, account, password),
      () => account.userName,
    );
}

/** The directory with this server only, so that a test says how each does. */
function openAt(server: DirectoryServer, { settings, clock, random }: DirectoryTestOptions): LdapDirectory {
  return createLdapDirectory({
    settings: { ...settings, servers: [server] },
    clock,
    random,
    trusted: () => [],
  });
}

async function touch(server: DirectoryServer): Promise<void> {
  const socket = await connectServer(server);
  socket.destroy();
}

async function readCertificate(server: DirectoryServer, authority: string | null): Promise<string> {
  const socket = await secureSocket(await connectServer(server), server, authority);
  const { raw } = socket.getPeerCertificate();
  const protocol = socket.getProtocol() ?? 'TLS';
  socket.destroy();
  const { subject, validTo } = new X509Certificate(raw);
  return `${protocol}, ${subject.replaceAll('\n', ', ') || 'no subject'}, valid to ${validTo}`;
}

async function findOne(directory: LdapDirectory, userName: string): Promise<LdapAccount> {
  const [account, other] = await directory.findAccounts(parseSignInName(userName));
  if (!account) throw fail('DIRECTORY_USER_UNKNOWN', { userName });
  if (other) throw fail('DIRECTORY_USER_AMBIGUOUS', { userName });
  return account;
}

async function requireRight(directory: LdapDirectory, account: LdapAccount, password: string): Promise<void> {
  const judgement = await directory.judgePassword(account, password);
  if (judgement === 'right') return;
  const reasons = {
    wrong: 'the password is wrong',
    disabled: 'the account is disabled',
    locked: 'the account is locked after wrong passwords',
    expired: 'the account has expired',
    'password-expired': 'the password has to be changed first',
  } as const;
  throw fail('DIRECTORY_SIGN_IN_REFUSED', { userName: account.userName, reason: reasons[judgement] });
}

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type CommandResult, type RunningProgram, runCarrel, startProgram } from './run-carrel.ts';

const readySchema = z.object({ url: z.string(), authorityFingerprint: z.string() });

/** A management server of its own folder and port, with its administrator signed in. */
export interface Instance extends AsyncDisposable {
  /** Private folder of the test; gone with the instance. */
  readonly folder: string;
  readonly url: string;
  readonly authorityFingerprint: string;
  readonly adminPassword: string;
  /** Environment that makes `carrel` use this instance. */
  readonly env: Readonly<Record<string, string>>;
  /** The running server; changes when it is started again. */
  server(): RunningProgram;
  /** Starts the server again after it was ended. */
  startServer(): Promise<void>;
  /** Signs the administrator in anew, as after a session has ended. */
  login(): Promise<void>;
  /** Runs a command as the administrator; a test that expects failure uses `try`. */
  run(...args: readonly string[]): Promise<string>;
  try(...args: readonly string[]): Promise<CommandResult>;
}

/**
 * Makes an instance: init, run, sign in.
 *
 * @param serverEnv for the running server alone, such as a clock of its own
 */
export async function createInstance(serverEnv: Readonly<Record<string, string>> = {}): Promise<Instance> {
  const folder = await mkdtemp(join(tmpdir(), 'carrel-e2e-'));
  const passwordFile = join(folder, 'admin-password');
  const env = { XDG_CONFIG_HOME: join(folder, 'config'), CARREL_AGENT_DATA: join(folder, 'agent') };
  const data = join(folder, 'server');
  const port = await freePort();

  const run = async (...args: readonly string[]): Promise<string> => {
    const result = await runCarrel(args, env);
    if (result.code !== 0)
      throw new Error(`carrel ${args.join(' ')} ended with ${result.code}: ${result.stderr}`);
    return result.stdout;
  };
  const start = (): Promise<RunningProgram> =>
    startProgram('server', ['run', '--data', data, '--port', String(port), '--json'], {
      ...env,
      ...serverEnv,
    });

  await run('server', 'init', '--data', data, '--admin-password-file', passwordFile);
  const adminPassword = (await readFile(passwordFile, 'utf8')).trim();
  let server = await start();
  const { url, authorityFingerprint } = readySchema.parse(JSON.parse(server.ready));
  const trust = ['--ca-fingerprint', authorityFingerprint];
  const login = async (): Promise<void> => {
    await run('login', url, '-u', 'admin', '--password-file', passwordFile, ...trust);
  };
  await login();

  return {
    folder,
    url,
    authorityFingerprint,
    adminPassword,
    env,
    run,
    login,
    try: (...args) => runCarrel(args, env),
    server: () => server,
    startServer: async () => {
      server = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await server.end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A port nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
}

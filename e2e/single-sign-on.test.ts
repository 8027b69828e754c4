import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { signInPaths } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  startTestBrowser,
  startTestProvider,
  type TestProvider,
} from '../packages/directory/src/oidc/testing/index.ts';
import { createInstance, type Instance } from './support/instance.ts';
import { type CommandResult, type RunningProgram, runCarrel, startProgram } from './support/run-carrel.ts';
import { startCarrel } from './support/start-carrel.ts';

// People who sign in at a provider: at the command line, and at a computer.

const codeSchema = z.object({ userCode: z.string(), verificationUri: z.url() });

const made = new AsyncDisposableStack();
let instance: Instance;
let provider: TestProvider;
let agent: RunningProgram;

beforeAll(async () => {
  instance = made.use(await createInstance());
  provider = made.use(
    await startTestProvider({
      redirectUris: [instance.url + signInPaths.callback],
      people: { 'u-ada': { name: 'Ada Lovelace', preferred_username: 'ada', groups: ['staff'] } },
    }),
  );
  const settings = join(instance.folder, 'company.json');
  const secret = join(instance.folder, 'company.secret');
  await writeFile(secret, provider.clientSecret, { mode: 0o600 });
  await writeFile(
    settings,
    JSON.stringify({
      displayName: 'Company',
      issuer: provider.issuer,
      clientId: provider.clientId,
      consoleOrigin: instance.url,
      authorityPem: provider.authorityPem,
    }),
  );
  await instance.run('sso', 'apply', '-f', settings, '--client-secret-file', secret);
});
afterAll(() => made.disposeAsync());

/** Runs a command that waits for a code, enters it as the person would, and waits for its end. */
async function withCode(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const command = startCarrel(args, env);
  const { userCode, verificationUri } = codeSchema.parse(JSON.parse(await command.firstLine));
  await using browser = startTestBrowser(provider);
  await browser.enterCode(verificationUri, userCode, 'u-ada');
  return await command.ended;
}

describe('the command line', () => {
  it('tries the provider', async () => {
    const found: unknown = JSON.parse(await instance.run('sso', 'test', 'company', '--json'));
    expect(found).toMatchObject({ hasDeviceFlow: true, redirectUri: instance.url + signInPaths.callback });
  });

  it('signs in by a code and keeps the session', async () => {
    const env = { XDG_CONFIG_HOME: join(instance.folder, 'config-of-ada') };
    const trust = ['--ca-fingerprint', instance.authorityFingerprint];
    const result = await withCode(['login', instance.url, '--sso', '--json', ...trust], env);
    expect(result).toMatchObject({ code: 0 });
    const whoami = await runCarrel(['whoami', '--json'], env);
    expect(JSON.parse(whoami.stdout)).toMatchObject({ userName: 'ada', server: instance.url });
    const sessions = await runCarrel(['session', 'list', '--json'], env);
    expect(JSON.parse(sessions.stdout)).toMatchObject({ provider: 'Company', isCurrent: true });
    expect(JSON.parse(await instance.run('session', 'end', '--user', 'ada', '--json'))).toEqual({ ended: 1 });
    const ended = await runCarrel(['whoami'], env);
    expect(ended).toMatchObject({ code: 4 });
    expect(ended.stderr).toContain('SIGN_IN_REQUIRED');
  });

  it('says which providers there are when none has the name', async () => {
    const trust = ['--ca-fingerprint', instance.authorityFingerprint];
    const result = await instance.try('login', instance.url, '--sso', 'Elsewhere', ...trust);
    expect(result).toMatchObject({ code: 3 });
    expect(result.stderr).toContain('NOT_FOUND');
  });

  it('works by an API token until it is revoked', async () => {
    const made: unknown = JSON.parse(
      await instance.run('token', 'create', 'nightly', '--permission', 'users.view', '--json'),
    );
    const { id, token } = z.object({ id: z.string(), token: z.string().startsWith('crl_') }).parse(made);
    const authority = join(instance.folder, 'server', 'authority.crt');
    const env = { CARREL_SERVER: instance.url, CARREL_TOKEN: token, CARREL_CA_FILE: authority };
    expect((await runCarrel(['user', 'list'], env)).stdout).toContain('admin');
    expect((await runCarrel(['device', 'list'], env)).code).toBe(4);
    await instance.run('token', 'revoke', id);
    const refused = await runCarrel(['user', 'list'], env);
    expect(refused).toMatchObject({ code: 4 });
    expect(refused.stderr).toContain('TOKEN_REVOKED');
    expect(await instance.run('token', 'list')).toContain('revoked');
  });
});

describe('a computer', () => {
  beforeAll(async () => {
    const tokenFile = join(instance.folder, 'token');
    const answer: unknown = JSON.parse(await instance.run('device', 'token', '--json'));
    await writeFile(tokenFile, z.object({ token: z.string() }).parse(answer).token, { mode: 0o600 });
    const trust = ['--ca-fingerprint', instance.authorityFingerprint, '--token-file', tokenFile];
    await instance.run('agent', 'enrol', instance.url, ...trust);
    agent = made.use(await startProgram('agent', ['run', '--json'], instance.env));
  });

  it('is signed in at by a code, and gets what the person may run', async () => {
    const result = await withCode(['agent', 'sign-in', '--sso', 'Company', '--json'], instance.env);
    expect(result, agent.stderr()).toMatchObject({ code: 0 });
    expect(result.stdout).toContain('"userName":"ada"');
    const status: unknown = JSON.parse(await instance.run('agent', 'status', '--json'));
    expect(status).toMatchObject({ isOnline: true, signedIn: [{ userName: 'ada' }] });
  });
});

import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { run } from '../delivery/shell.ts';
import { endGently, firstLine } from './child.ts';
import type { RolloutNetwork } from './network.ts';
import { workspaceName } from './plan.ts';

const apps = join(import.meta.dirname, '../../apps');
const readySchema = z.object({ url: z.string(), authorityFingerprint: z.string() });
const packSchema = z.object({ storedBytes: z.int() });

/** Who signs in everywhere. */
export const person = { userName: 'ada', password: 'a password of ada' };

/** A real server in the centre, with an image that everybody may have. */
export interface Instance extends AsyncDisposable {
  readonly url: string;
  readonly authorityFingerprint: string;
  /** Bytes of the image as packed. */
  readonly packedBytes: number;
  /** Makes an enrolment token that so many computers may use. */
  readonly createToken: (uses: number) => Promise<string>;
}

export async function startInstance(
  network: RolloutNetwork,
  folder: string,
  imageBytes: number,
): Promise<Instance> {
  const env = { XDG_CONFIG_HOME: join(folder, 'config') };
  const data = join(folder, 'server');
  const passwordFile = join(folder, 'admin-password');
  const inCentre = (program: string, args: readonly string[]): Promise<string> =>
    run('ip', ['netns', 'exec', network.centre, process.execPath, join(apps, program), ...args], { env });
  const carrel = (...args: readonly string[]): Promise<string> => inCentre('cli/src/main.ts', args);
  const names = ['--data', data, '--name', network.serverAddress];
  await inCentre('server/src/main.ts', ['init', ...names, '--admin-password-file', passwordFile]);
  const server = spawn(
    'ip',
    [
      ...['netns', 'exec', network.centre, process.execPath, join(apps, 'server/src/main.ts')],
      ...['run', ...names, '--host', '0.0.0.0', '--json', '--log-level', 'warn'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } },
  );
  try {
    const { authorityFingerprint } = readySchema.parse(JSON.parse(await firstLine(server)));
    const url = `https://${network.serverAddress}:7443`;
    const trust = ['--ca-fingerprint', authorityFingerprint];
    await carrel('login', url, '-u', 'admin', '--password-file', passwordFile, ...trust);
    const packedBytes = await publish(carrel, folder, url, imageBytes);
    return {
      url,
      authorityFingerprint,
      packedBytes,
      createToken: async (uses) => {
        const answer: unknown = JSON.parse(await carrel('device', 'token', '--uses', `${uses}`, '--json'));
        return z.object({ token: z.string() }).parse(answer).token;
      },
      [Symbol.asyncDispose]: () => endGently(server),
    };
  } catch (error) {
    await endGently(server);
    throw error;
  }
}

async function publish(
  carrel: (...args: readonly string[]) => Promise<string>,
  folder: string,
  url: string,
  imageBytes: number,
): Promise<number> {
  const disk = join(folder, 'disk.raw');
  await writeFile(disk, randomFillSync(Buffer.alloc(imageBytes)));
  const reference = `${url}/disk:1`;
  const packed: unknown = JSON.parse(
    await carrel('image', 'pack', disk, '--to', reference, '--guest-os', 'linux', '--json'),
  );
  await carrel('image', 'publish', reference, '--as', 'disk');
  const password = join(folder, 'password');
  await writeFile(password, person.password, { mode: 0o600 });
  await carrel('user', 'add', person.userName, '--password-file', password);
  const file = join(folder, 'workspace.json');
  const policy = { delivery: { useHostFiles: false } };
  const assignments = [{ user: person.userName }];
  await writeFile(file, JSON.stringify({ name: workspaceName, image: 'disk', policy, assignments }));
  await carrel('workspace', 'apply', '-f', file);
  return packSchema.parse(packed).storedBytes;
}

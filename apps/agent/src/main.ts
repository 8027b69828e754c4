import { mkdir } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type AppError, isAppError, systemClock } from '@carrel/kit';
import { runAgent } from './agent.ts';
import { createLog } from './agent-log.ts';
import { agentPaths } from './agent-paths.ts';
import { createHost } from './host.ts';
import { type EnrolCredential, enrol } from './identity/enrol.ts';
import { takeInventory } from './identity/inventory.ts';
import { type AgentCommand, help, parseArguments } from './parse-arguments.ts';

async function main(): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  const command = parseArguments(process.argv.slice(2), { environment: process.env, isRoot });
  switch (command.kind) {
    case 'help':
      process.stdout.write(help);
      return;
    case 'run':
      return runUntilSignalled(command);
    case 'enrol':
      return enrolFromCommand(command);
  }
}

async function runUntilSignalled({ data, asJson }: Extract<AgentCommand, { kind: 'run' }>): Promise<void> {
  const ending = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort());
  const paths = agentPaths(data);
  const ready = { socket: paths.socket, pid: process.pid };
  await runAgent(
    {
      paths,
      host: createHost(),
      clock: systemClock,
      random: Math.random,
      log: createLog(),
      onReady: () =>
        process.stdout.write(
          asJson ? `${JSON.stringify(ready)}\n` : `The agent answers at ${ready.socket}\n`,
        ),
    },
    ending.signal,
  );
}

async function enrolFromCommand(command: Extract<AgentCommand, { kind: 'enrol' }>): Promise<void> {
  const paths = agentPaths(command.data);
  await mkdir(paths.data, { recursive: true, mode: 0o700 });
  const { enrolment, state } = await enrol({
    paths,
    server: command.server,
    credential: await readCredential(command.userName),
    authorityFingerprint: command.authorityFingerprint,
    trustFirstUse: command.trustFirstUse,
    inventory: await takeInventory(paths.data, await createHost().emulator()),
  });
  const { deviceId, server, instanceId, authorityFingerprint } = enrolment;
  const result = { deviceId, server, instanceId, authorityFingerprint, state };
  const lines = [
    `Enrolled with ${server} as device ${deviceId}.`,
    `Its certificate authority: ${authorityFingerprint}`,
    ...(state === 'pending'
      ? [`It waits until an administrator lets it work: carrel device approve ${deviceId}`]
      : []),
  ];
  process.stdout.write(command.asJson ? `${JSON.stringify(result)}\n` : `${lines.join('\n')}\n`);
}

/** What enrols: a secret, which comes through standard input alone. */
async function readCredential(userName: string | undefined): Promise<EnrolCredential> {
  const secret = (await text(process.stdin)).replace(/\r?\n$/, '');
  return userName === undefined ? { token: secret.trim() } : { userName, password: secret };
}

/** A failure as every Carrel program shows it. */
function describeError({ code, message, remedy, details, retryable }: AppError, asJson: boolean): string {
  if (asJson) return JSON.stringify({ error: { code, message, remedy, details, retryable } });
  return `error: ${message}\n       ${remedy} [${code}]`;
}

try {
  await main();
} catch (error) {
  if (!isAppError(error)) throw error;
  process.stderr.write(`${describeError(error, process.argv.includes('--json'))}\n`);
  process.exitCode = error.exitCode;
}

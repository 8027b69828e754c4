import { mkdir, readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type AppError, isAppError, systemClock } from '@carrel/kit';
import { runAgent } from './agent.ts';
import { createLog } from './agent-log.ts';
import { agentPaths } from './agent-paths.ts';
import { createHost } from './host.ts';
import { enrol } from './identity/enrol.ts';
import { takeInventory } from './identity/inventory.ts';
import { type AgentCommand, help, parseArguments, type TokenSource } from './parse-arguments.ts';

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
  const { deviceId, server, instanceId, authorityFingerprint } = await enrol({
    paths,
    server: command.server,
    token: await readToken(command.token),
    authorityFingerprint: command.authorityFingerprint,
    trustFirstUse: command.trustFirstUse,
    inventory: await takeInventory(paths.data, await createHost().emulator()),
  });
  const result = { deviceId, server, instanceId, authorityFingerprint };
  process.stdout.write(
    command.asJson
      ? `${JSON.stringify(result)}\n`
      : `Enrolled with ${server} as device ${deviceId}.\nIts certificate authority: ${authorityFingerprint}\n`,
  );
}

async function readToken(source: TokenSource): Promise<string> {
  switch (source.kind) {
    case 'value':
      return source.token;
    case 'file':
      return (await readFile(source.path, 'utf8')).trim();
    case 'standard-input':
      return (await text(process.stdin)).trim();
  }
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

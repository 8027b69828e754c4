import { homedir } from 'node:os';
import { join } from 'node:path';
import { errorFromAnswer, fail } from '@carrel/contract';
import { openSocketPath } from '@carrel/contract/node';
import { Agent, fetch } from 'undici';
import type { z } from 'zod';
import type { CliContext } from '../context.ts';

/** The agent on this computer, spoken to over its unix socket. Close it when the command is done. */
export interface AgentLink extends AsyncDisposable {
  /**
   * @throws {AGENT_UNREACHABLE} no agent runs on that folder
   * @throws the agent's own error
   */
  call<S extends z.ZodType>(
    method: 'GET' | 'POST',
    path: string,
    schema: S,
    body?: unknown,
  ): Promise<z.output<S>>;
}

/** The agent's folder: the option, `CARREL_AGENT_DATA`, or the default for this user. */
export function agentDataPath(context: CliContext, option: string | undefined): string {
  const fallback =
    process.getuid?.() === 0
      ? '/var/lib/carrel-agent'
      : join(context.env['XDG_DATA_HOME'] ?? join(homedir(), '.local/share'), 'carrel/agent');
  return option ?? context.env['CARREL_AGENT_DATA'] ?? fallback;
}

/** @throws {AGENT_UNREACHABLE} there is no such folder */
export async function openAgent(context: CliContext, dataPath: string): Promise<AgentLink> {
  const socketPath = join(dataPath, 'agent.sock');
  const place = await openSocketPath(socketPath).catch((error: unknown) => {
    throw fail('AGENT_UNREACHABLE', { socket: socketPath }, error);
  });
  // An answer may be long in coming: operations are polled with a wait.
  const dispatcher = new Agent({
    connect: { socketPath: place.path, timeout: 5_000 },
    headersTimeout: 120_000,
  });
  return {
    call: async (method, path, schema, body) => {
      const answer = await fetch(`http://agent${path}`, {
        method,
        dispatcher,
        signal: context.signal,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      }).catch((error: unknown) => {
        if (context.signal.aborted) throw error;
        throw fail('AGENT_UNREACHABLE', { socket: socketPath }, error);
      });
      if (!answer.ok) throw await errorFromAnswer('the agent', path, answer as unknown as Response);
      const parsed = schema.safeParse(await answer.json());
      if (!parsed.success) {
        const reason = parsed.error.issues[0]?.message ?? 'it has another shape';
        throw fail('ANSWER_INVALID', { server: 'the agent', request: path, reason }, parsed.error);
      }
      return parsed.data;
    },
    [Symbol.asyncDispose]: async () => {
      await dispatcher.destroy();
      await place[Symbol.asyncDispose]();
    },
  };
}

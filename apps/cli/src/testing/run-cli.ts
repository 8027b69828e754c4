import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const main = join(import.meta.dirname, '../main.ts');

export interface CliOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliProcess {
  readonly child: ChildProcess;
  /** The next line of standard output; `undefined` when it ended. */
  nextLine(): Promise<string | undefined>;
  /** Resolves once standard error holds the text. */
  noted(text: string): Promise<void>;
  ended(): Promise<CliOutcome>;
}

/** Starts the real command line as a process of its own. Whoever starts it waits for `ended`. */
export function startCli(args: readonly string[], env: NodeJS.ProcessEnv): CliProcess {
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const closed = once(child, 'close').then(
    ([code, signal]: unknown[]): CliOutcome => ({
      exitCode: typeof code === 'number' ? code : signal === null ? 1 : 128,
      stdout,
      stderr,
    }),
  );
  return {
    child,
    nextLine: async () => {
      const next = await lines.next();
      return next.done === true ? undefined : next.value;
    },
    noted: async (text) => {
      while (!stderr.includes(text)) {
        const outcome = await Promise.race([once(child.stderr, 'data'), closed]);
        if (!Array.isArray(outcome) && !stderr.includes(text))
          throw new Error(`never said: ${text}\n${stderr}`);
      }
    },
    ended: () => closed,
  };
}

/** Runs the real command line to its end. */
export function runCli(args: readonly string[], env: NodeJS.ProcessEnv): Promise<CliOutcome> {
  return startCli(args, env).ended();
}

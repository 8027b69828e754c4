import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const main = join(import.meta.dirname, '../../apps/cli/src/main.ts');
const readySchema = z.object({ uri: z.string(), sizeBytes: z.int(), digest: z.string() });

/** A `carrel image serve` that is ready. Disposing of it ends it as Ctrl-C does. */
export interface ServedImage extends AsyncDisposable {
  readonly uri: string;
  readonly sizeBytes: number;
  readonly digest: string;
}

/** Starts `carrel image serve` as a process of its own and waits until it is ready. */
export async function serveImage(
  reference: string,
  socket: string,
  env: Readonly<Record<string, string>>,
): Promise<ServedImage> {
  const args = [main, 'image', 'serve', reference, '--nbd', socket, '--json'];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as unknown[];
  return {
    ...readySchema.parse(JSON.parse(String(line))),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
}

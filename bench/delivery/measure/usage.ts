import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What takes longer has hung. */
const longestSeconds = 600;

/** What a command took. */
export interface Usage {
  /** By the clock, from its start to its end. */
  readonly seconds: number;
  /** Processor time of it and of everything it started, in user and system mode. */
  readonly cpuSeconds: number;
  /** The most memory that one process of it had resident. */
  readonly peakMemoryBytes: number;
}

export interface MeasureOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a command and measures it with time(1), which asks the kernel (wait4) and not the command.
 *
 * @throws {Error} with the end of what it said, when it fails
 */
export async function measure(command: readonly string[], options: MeasureOptions = {}): Promise<Usage> {
  const folder = await mkdtemp(join(tmpdir(), 'carrel-bench-'));
  try {
    const figures = join(folder, 'figures');
    await using said = await open(join(folder, 'said'), 'w');
    const start = performance.now();
    const limited = ['timeout', '-k', '10', String(longestSeconds), ...command];
    const child = spawn('/usr/bin/time', ['-q', '-f', '%U %S %M', '-o', figures, '--', ...limited], {
      stdio: ['ignore', said.fd, said.fd],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    const seconds = (performance.now() - start) / 1000;
    if (code !== 0) {
      const text = await readFile(join(folder, 'said'), 'utf8');
      throw new Error(`${command.join(' ')} ended with ${code}:\n${text.slice(-3000)}`);
    }
    const [user = 0, system = 0, kibibytes = 0] = (await readFile(figures, 'utf8')).split(' ').map(Number);
    return { seconds, cpuSeconds: user + system, peakMemoryBytes: kibibytes * 1024 };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Of several runs of one thing: the middle one by the clock; the most memory of any. */
export function medianUsage(usages: readonly Usage[]): Usage {
  const sorted = usages.toSorted((a, b) => a.seconds - b.seconds);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return { ...middle, peakMemoryBytes: Math.max(...usages.map((usage) => usage.peakMemoryBytes)) };
}

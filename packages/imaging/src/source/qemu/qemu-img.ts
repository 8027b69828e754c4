import { execFile } from 'node:child_process';
import { abortReason } from '@carrel/kit';
import { z } from 'zod';
import type { Argv } from './confinement.ts';

/** What `qemu-img info` tells that we use. */
export const imageInfoSchema = z.object({
  'virtual-size': z.int().min(0),
  format: z.string(),
});

/** What `qemu-img check` tells that we use. */
export const imageCheckSchema = z.object({
  'check-errors': z.int().min(0).default(0),
  corruptions: z.int().min(0).default(0),
  'image-end-offset': z.int().min(0).optional(),
});

/** What `qemu-img map` tells that we use. */
export const imageMapSchema = z.array(
  z.object({
    depth: z.int().min(0),
    length: z.int().min(0),
    offset: z.int().min(0).optional(),
  }),
);

export interface ToolOutcome {
  /** The exit status; `undefined` when it was killed. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A map of a heavily fragmented disk is the largest answer. */
const maxOutputBytes = 512 * 1024 * 1024;

/** Runs a tool to its end. Rejects only when it cannot be started or the signal is aborted. */
export function runTool(
  [program, ...args]: Argv,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<ToolOutcome> {
  const { signal, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    const settings = {
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: maxOutputBytes,
      env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
      ...(signal ? { signal } : {}),
    } as const;
    execFile(program, args, settings, (error, stdout, stderr) => {
      const code = error ? error.code : 0;
      if (signal?.aborted) reject(abortReason(signal));
      else if (error && typeof code === 'string')
        reject(new Error(`${program} did not run`, { cause: error }));
      else resolve({ status: typeof code === 'number' ? code : undefined, stdout, stderr });
    });
  });
}

/** Parses a tool's JSON. `undefined` when it is not what the schema says. */
export function parseToolJson<T>(schema: z.ZodType<T>, text: string): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return schema.safeParse(value).data;
}

/** The last line a tool said, without its name in front: the reason to show. */
export function lastLine(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  const reason = line
    .replace(/^qemu-(img|nbd): /, '')
    .replaceAll(/'json:\{.*\}'/g, 'it')
    .replace(/\.$/, '');
  return reason === '' ? 'the tool gave no reason' : reason;
}

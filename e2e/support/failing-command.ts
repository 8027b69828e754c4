import { readdir } from 'node:fs/promises';
import type { ErrorCode } from '@carrel/contract';
import { expect } from 'vitest';
import { z } from 'zod';
import { type CommandResult, runCarrel } from './run-carrel.ts';

/** What a command has to fail with. The number is given, not looked up: scripts rely on it. */
export interface Failure {
  readonly code: ErrorCode;
  readonly exitCode: number;
  /** Part of what the person reads. */
  readonly says?: string;
}

type Environment = Readonly<Record<string, string>>;

const jsonSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }),
});

/** Runs a command that has to fail as a person would, then as a script would. */
export async function expectFailure(
  args: readonly string[],
  env: Environment,
  failure: Failure,
): Promise<void> {
  expectSaidOnce(await runCarrel(args, env), failure);
  expectJsonOnce(await runCarrel([...args, '--json'], env), failure);
}

/** One line `error: …`, and the line below it that says what to do and names the code. */
export function expectSaidOnce(result: CommandResult, { code, exitCode, says = '' }: Failure): void {
  const { stdout, stderr } = result;
  const lines = stderr.trimEnd().split('\n');
  const at = lines.findIndex((line) => line.startsWith('error: '));
  expect(lines.slice(at), stderr).toEqual([
    expect.stringMatching(/^error: \S.*\.$/),
    expect.stringMatching(new RegExp(`^ {7}\\S.* \\[${code}\\]$`)),
  ]);
  expect(lines.slice(0, Math.max(0, at)).filter((line) => /^ +at |\berror\b/i.test(line))).toEqual([]);
  expect(stderr).toContain(says);
  expect(stdout).toBe('');
  expect(result.code).toBe(exitCode);
}

function expectJsonOnce({ stdout, stderr, code }: CommandResult, failure: Failure): void {
  const lines = stderr.trimEnd().split('\n');
  const objects = lines.filter((line) => line.startsWith('{'));
  expect(objects, stderr).toHaveLength(1);
  expect(lines.at(-1)).toBe(objects[0]);
  expect(jsonSchema.parse(JSON.parse(objects[0] ?? '')).error.code).toBe(failure.code);
  expect(stderr).not.toMatch(/^error: /m);
  expect(stdout).toBe('');
  expect(code).toBe(failure.exitCode);
}

/** Everything below the folders, to be compared with what is there later. */
export async function listingOf(...folders: readonly string[]): Promise<string[][]> {
  const listings = folders.map((folder) => readdir(folder, { recursive: true }));
  return (await Promise.all(listings)).map((names) => names.toSorted());
}

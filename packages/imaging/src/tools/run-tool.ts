import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fail } from '@carrel/contract/errors';
import { abortReason } from '@carrel/kit';
import { type ToolName, toolPackages } from './tool-packages.ts';

export interface ToolEnvironment {
  /** The environment tools are looked up in and run with, e.g. `process.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Told every command that is run and every line it writes to its error output. */
  readonly log?: (line: string) => void;
}

export interface ToolCall {
  /** The step of the work, named when the tool fails. */
  readonly step: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Added to the tool's environment. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Text for the tool's standard input. */
  readonly input?: string;
  /** The file being written, named when the disk is full. */
  readonly writes?: string;
  /** Called with each line of output as it comes, for progress. */
  readonly onLine?: (line: string) => void;
}

export interface ToolOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** Folders that hold system tools even where the caller's PATH leaves them out. */
const systemFolders = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/**
 * Runs a program in a plain locale and UTC and gives what it wrote. Aborting ends it and its children first.
 *
 * @throws {TOOL_MISSING} when it is not installed
 * @throws {DISK_FULL} when it found no room
 * @throws {BUILD_STEP_FAILED} when it ended in any other way than success
 */
export async function runTool(tool: ToolName, call: ToolCall, at: ToolEnvironment): Promise<ToolOutput> {
  if (at.signal?.aborted) throw abortReason(at.signal);
  const program = await findTool(tool, at);
  at.log?.(`${tool} ${call.args.join(' ')}`);
  const stdio: StdioOptions = [call.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'];
  const child = spawn(program, call.args, {
    cwd: call.cwd,
    env: toolVariables(at, call),
    stdio,
    // A process group of its own, so that an abort also reaches what the tool started.
    detached: true,
  });
  const stopListening = endOnAbort(child, at.signal);
  try {
    if (call.input !== undefined) child.stdin?.end(call.input);
    const output = await collect(child, call, at);
    if (at.signal?.aborted) throw abortReason(at.signal);
    return assertSucceeded(tool, call, output);
  } finally {
    stopListening();
  }
}

/**
 * Makes sure that all tools are there before any work begins.
 *
 * @throws {TOOL_MISSING} naming the first that is not
 */
export async function requireTools(tools: readonly ToolName[], at: ToolEnvironment): Promise<void> {
  for (const tool of tools) await findTool(tool, at);
}

async function findTool(tool: ToolName, at: ToolEnvironment): Promise<string> {
  const folders = searchPath(at.environment).split(delimiter);
  for (const folder of folders) {
    const candidate = join(folder, tool);
    if (await isExecutable(candidate)) return candidate;
  }
  throw fail('TOOL_MISSING', { tool, package: toolPackages[tool] });
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The caller's PATH; the system folders join it only when it already names one of them. */
function searchPath(environment: ToolEnvironment['environment']): string {
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const hasSystem = folders.some((folder) => systemFolders.includes(folder));
  const missing = hasSystem ? systemFolders.filter((folder) => !folders.includes(folder)) : [];
  return [...folders, ...missing].join(delimiter);
}

function toolVariables(at: ToolEnvironment, call: ToolCall): NodeJS.ProcessEnv {
  const passed = ['HOME', 'TMPDIR', 'http_proxy', 'https_proxy', 'no_proxy'];
  const variables: Record<string, string> = {
    PATH: searchPath(at.environment),
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
  };
  for (const name of passed) {
    const value = at.environment[name];
    if (value !== undefined) variables[name] = value;
  }
  return { ...variables, ...call.variables };
}

function endOnAbort(child: ChildProcess, signal: AbortSignal | undefined): () => void {
  const end = (): void => {
    if (child.pid === undefined || child.exitCode !== null) return;
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch (error) {
      // ESRCH: it ended by itself in the meantime.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  };
  signal?.addEventListener('abort', end, { once: true });
  return () => signal?.removeEventListener('abort', end);
}

interface FinishedTool extends ToolOutput {
  readonly exitCode: number | null;
  readonly exitSignal: NodeJS.Signals | null;
}

async function collect(child: ChildProcess, call: ToolCall, at: ToolEnvironment): Promise<FinishedTool> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  gather(child.stdout, stdout, call.onLine);
  gather(child.stderr, stderr, (line) => {
    at.log?.(line);
    call.onLine?.(line);
  });
  return new Promise((resolve, reject) => {
    // A tool that ends without reading its input is judged by its exit code, not by the broken pipe.
    child.stdin?.on('error', (error) => at.log?.(error.message));
    child.once('error', reject);
    child.once('close', (exitCode, exitSignal) =>
      resolve({ exitCode, exitSignal, stdout: stdout.join(''), stderr: stderr.join('') }),
    );
  });
}

function gather(
  stream: NodeJS.ReadableStream | null,
  parts: string[],
  onLine: ((line: string) => void) | undefined,
): void {
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    parts.push(chunk);
    if (!onLine) return;
    const lines = (rest + chunk).split(/[\r\n]/);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') onLine(line);
  });
}

function assertSucceeded(tool: ToolName, call: ToolCall, output: FinishedTool): ToolOutput {
  if (output.exitCode === 0) return { stdout: output.stdout, stderr: output.stderr };
  const text = output.stderr.trim() === '' ? output.stdout : output.stderr;
  if (/no space left|disk full|enospc/i.test(text))
    throw fail('DISK_FULL', { path: call.writes ?? call.step });
  const ending =
    output.exitCode === null ? `ended by ${output.exitSignal ?? 'a signal'}` : `exit ${output.exitCode}`;
  const lines = text.trim().split('\n').slice(-3).join(' ').replace(/\.$/, '');
  throw fail('BUILD_STEP_FAILED', { step: call.step, reason: `${tool} (${ending}): ${lines}` });
}

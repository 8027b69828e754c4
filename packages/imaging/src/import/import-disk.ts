import { randomBytes } from 'node:crypto';
import { access, mkdtemp, rename, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fail } from '@carrel/contract/errors';
import { type LongOperationOptions, UndoStack } from '@carrel/kit';
import { serveNbd } from '../nbd/index.ts';
import {
  type BackingRule,
  type DiskSource,
  describeOpenSource,
  openSource,
  type SourceDescription,
  type SourceFormat,
} from '../source/index.ts';
import { runTool } from '../tools/run-tool.ts';

export interface ImportOptions extends LongOperationOptions {
  /** The disk made elsewhere. */
  readonly sourcePath: string;
  readonly output: string;
  /** Default `raw`. */
  readonly outputFormat?: 'raw' | 'qcow2';
  /** Take the source as this, whatever its header says. */
  readonly sourceFormat?: SourceFormat;
  readonly allowBacking?: BackingRule;
  /** Replace `output` when it exists. */
  readonly isReplacing?: boolean;
  /** Told what was found before the copying begins. */
  readonly onFound?: (description: SourceDescription) => void;
  readonly log?: (line: string) => void;
  /** Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface ImportReceipt {
  readonly source: SourceDescription;
  readonly output: string;
  readonly outputFormat: 'raw' | 'qcow2';
  readonly virtualSizeBytes: number;
  /** What the file takes on this computer's disk. */
  readonly allocatedBytes: number;
}

/**
 * Copies a disk made elsewhere into a raw or qcow2 file that stands alone: backing files are taken in, holes stay
 * holes. The file appears under its name only when it is whole; an aborted or failed import leaves nothing.
 *
 * @throws {TARGET_EXISTS} unless `isReplacing`
 * @throws {DISK_FULL} before anything is written, when the data is larger than the room there is
 * @throws what `openSource` throws
 */
export async function importDisk(options: ImportOptions): Promise<ImportReceipt> {
  const { output, outputFormat = 'raw' } = options;
  await assertFree(options);
  await using source = await open(options);
  options.onProgress?.({ phase: 'looking' });
  const description = await describeOpenSource(source, options.signal);
  options.onFound?.(description);
  await assertRoom(source, output, options.signal);

  await using undo = new UndoStack();
  const partial = `${output}.${randomBytes(6).toString('hex')}.partial`;
  undo.push(() => rm(partial, { force: true }));
  await convert(source, partial, outputFormat, options);
  options.signal?.throwIfAborted();
  await rename(partial, output);
  const { blocks } = await stat(output);
  return {
    source: description,
    output,
    outputFormat,
    virtualSizeBytes: source.sizeBytes,
    allocatedBytes: blocks * 512,
  };
}

async function open(options: ImportOptions): Promise<DiskSource> {
  const { sourceFormat, allowBacking, signal } = options;
  const environment = options.environment ?? process.env;
  return openSource(options.sourcePath, {
    ...(sourceFormat ? { format: sourceFormat } : {}),
    ...(allowBacking ? { allowBacking } : {}),
    ...(signal ? { signal } : {}),
    toolPath: environment['PATH'] ?? '',
  });
}

async function assertFree({ output, isReplacing }: ImportOptions): Promise<void> {
  const exists = await access(output).then(
    () => true,
    () => false,
  );
  if (exists && isReplacing !== true) throw fail('TARGET_EXISTS', { path: output });
}

/** Counts what is not known to be zero, which is what a sparse copy takes. */
async function assertRoom(
  source: DiskSource,
  output: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(output)).catch((error: unknown) => {
    throw fail('SOURCE_NOT_FOUND', { path: dirname(output) }, error);
  });
  let dataBytes = 0;
  for await (const extent of source.extents(0, source.sizeBytes, signal)) {
    if (extent.kind === 'data') dataBytes += extent.lengthBytes;
  }
  if (dataBytes > bavail * bsize) throw fail('DISK_FULL', { path: output });
}

/**
 * qemu-img writes the copy, but reads it through the source, which parses what came from elsewhere in a confined
 * process and follows no name that its rules do not allow.
 */
async function convert(
  source: DiskSource,
  target: string,
  format: 'raw' | 'qcow2',
  options: ImportOptions,
): Promise<void> {
  await using undo = new UndoStack();
  const folder = await mkdtemp(join(tmpdir().length < 80 ? tmpdir() : '/tmp', 'carrel-import-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  await using server = await serveNbd({ disk: source, socketPath: join(folder, 's') });
  const totalBytes = source.sizeBytes;
  const onLine = (line: string): void => {
    const share = parseShare(line);
    if (share === undefined) return;
    options.onProgress?.({ phase: 'copying', doneBytes: Math.round(share * totalBytes), totalBytes });
  };
  const args = ['convert', '-p', '-f', 'raw', '-O', format, server.uri, target];
  const at = {
    environment: options.environment ?? process.env,
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.log ? { log: options.log } : {}),
  };
  await runTool('qemu-img', { step: 'copying the disk', args, writes: options.output, onLine }, at);
}

/** What `qemu-img -p` writes, `(42.00/100%)`, as a share of one. */
export function parseShare(line: string): number | undefined {
  const percent = /\((\d+(?:\.\d+)?)\/100%\)/.exec(line)?.[1];
  return percent === undefined ? undefined : Number(percent) / 100;
}

import { type FileHandle, open, rename, stat, truncate } from 'node:fs/promises';
import { hasCode } from './system-error.ts';

const maximumBytes = 1024 * 1024;
const tailBytes = 4096;

/** Opens a log for a process to append to; the one before is kept as `.1`. The caller closes it. */
export async function openLog(path: string): Promise<FileHandle> {
  await rename(path, `${path}.1`).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error;
  });
  return open(path, 'a', 0o600);
}

/** Empties a log that has grown over 1 MiB; its writer appends, so it simply goes on. */
export async function boundLog(path: string): Promise<void> {
  const sizeBytes = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (sizeBytes > maximumBytes) await truncate(path, 0);
}

/** The last lines of a log, without time stamps, on one line; `undefined` when it says nothing. */
export async function lastWords(path: string, lineCount = 3): Promise<string | undefined> {
  const file = await open(path).catch(() => undefined);
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, tailBytes));
    await file.read(buffer, 0, buffer.length, size - buffer.length);
    const lines = buffer.toString('utf8').split('\n').map(withoutPrefix);
    const words = lines
      .filter((line) => line !== '')
      .slice(-lineCount)
      .join(' / ');
    return words === '' ? undefined : words;
  } finally {
    await file.close();
  }
}

function withoutPrefix(line: string): string {
  return line
    .trim()
    .replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, '')
    .replace(/^qemu-[\w-]+: /, '')
    .replace(/\.$/, '');
}

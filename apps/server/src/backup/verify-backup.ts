import type { BackupSummary } from './backup-format.ts';
import { type ReadBackupOptions, readBackup } from './read-backup.ts';

/**
 * Reads every byte of a backup and checks it; writes nothing.
 *
 * @throws {BACKUP_DAMAGED} {BACKUP_PASSPHRASE_WRONG}
 */
export async function verifyBackup(options: ReadBackupOptions): Promise<BackupSummary> {
  const { summary } = await readBackup(options, drain);
  return summary;
}

async function drain(_name: string, content: AsyncIterable<Buffer>): Promise<void> {
  const chunks = content[Symbol.asyncIterator]();
  while (!(await chunks.next()).done);
}

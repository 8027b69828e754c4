export type { BackupSummary } from './backup-format.ts';
export { createBackup } from './create-backup.ts';
export { restoreBackup } from './restore-backup.ts';
export { verifyBackup } from './verify-backup.ts';

import type { ErrorCatalogue } from '@carrel/kit';

/** Failures of master keys and backups. */
export const keyErrors = {
  MASTER_KEY_INVALID: {
    errorClass: 'usage',
    httpStatus: 500,
    message: 'The master key cannot be used: {reason}.',
    remedy: 'Give the key of this instance: its file master.key, or CARREL_MASTER_KEY.',
  },
  MASTER_KEY_EXPOSED: {
    errorClass: 'denied',
    httpStatus: 500,
    message: 'The master key in {path} is open to others than the user the server runs as.',
    remedy: 'Take it away from them (chown, chmod 600); when one may have read it, rotate it.',
  },
  BACKUP_DAMAGED: {
    errorClass: 'damaged',
    httpStatus: 500,
    message: 'The backup {path} is damaged: {reason}.',
    remedy: 'Use another backup; nothing was replaced.',
  },
  BACKUP_PASSPHRASE_WRONG: {
    errorClass: 'denied',
    httpStatus: 500,
    message: 'The passphrase does not open the backup {path}.',
    remedy: 'Give the passphrase that was used when the backup was made.',
  },
  RESTORE_TARGET_OCCUPIED: {
    errorClass: 'conflict',
    httpStatus: 409,
    message: '{place} holds something already.',
    remedy: 'Name an empty place, or add --force to put the backup in its stead.',
  },
} as const satisfies ErrorCatalogue;

export { type FailureRecord, isLocked, noFailures, recordFailure } from '../lockout/lockout.ts';
export { hashPassword, verifyPassword } from './password-hash.ts';

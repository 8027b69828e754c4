export { endOfDaySeconds } from './grants/end-of-day.ts';
export {
  type EffectiveGrant,
  type EffectiveSettings,
  type Provenance,
  resolveGrants,
} from './grants/resolve-grants.ts';
export {
  evaluateLease,
  type LeaseEndCode,
  type LeaseFacts,
  type LeaseVerdict,
  offlineRetryWindowMs,
  warningThresholdsMs,
} from './lease/evaluate-lease.ts';
export { type DeviceSealingKey, openSealedKeys, sealKeys } from './lease/seal-keys.ts';
export { type LeaseSigningKey, type LeaseVerification, signLease, verifyLease } from './lease/sign-lease.ts';
export { resolveMemoryMiB } from './memory/resolve-memory.ts';
export {
  advanceTime,
  type ClockReading,
  markContact,
  offlineMs,
  type TimeAdvance,
  type TimeMark,
} from './time/trusted-time.ts';

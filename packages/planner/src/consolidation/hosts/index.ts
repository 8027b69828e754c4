export {
  type GuestLimits,
  type GuestThresholds,
  guestLimitsSchema,
  guestsWithOwnProcessors,
  guestThresholds,
  processorConsumptionMhz,
} from './guest-limits.ts';
export { type HostProfile, type HostProfileName, hostProfileSchema, hostProfiles } from './host-profile.ts';
export { type HostThresholds, hostThresholds, thresholdOf } from './host-thresholds.ts';

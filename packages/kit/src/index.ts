export {
  AppError,
  type AppErrorInit,
  type ErrorClass,
  type ErrorDetailRow,
  type ErrorDetails,
  exitCodeByClass,
  isAbortError,
  isAppError,
} from './errors/app-error.ts';
export {
  createErrorFactory,
  type DetailsOf,
  type ErrorCatalogue,
  type ErrorDefinition,
  type ErrorFactory,
} from './errors/catalogue.ts';
export {
  type AssignmentId,
  createId,
  type DeviceId,
  type EventId,
  type GroupId,
  type Id,
  type ImageId,
  type LeaseId,
  type TaskId,
  type UserId,
  type WorkspaceId,
} from './ids.ts';
export type { LongOperationOptions, ProgressListener, ProgressUpdate } from './progress/progress.ts';
export { RateMeter, type RateReading } from './progress/rate-meter.ts';
export { abortReason, type Clock, systemClock } from './time/clock.ts';
export { createManualClock, type ManualClock } from './time/manual-clock.ts';
export { backoffMs, type RetryOptions, retry, withJitter } from './time/retry.ts';
export { UndoStack } from './undo-stack.ts';
export {
  formatBytes,
  formatDuration,
  parseDurationMs,
  parseRateBytesPerSecond,
  parseSizeBytes,
} from './units.ts';

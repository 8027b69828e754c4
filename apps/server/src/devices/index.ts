export { type FinishedAction, settleActions, takeActions } from './actions/device-actions.ts';
export { describeDevice } from './device-keys.ts';
export { registerDeviceRoutes } from './device-routes.ts';
export { type EnrolledDevice, type Enrolment, enrolDevice } from './enrolment/enrol-device.ts';
export { hashEnrolmentToken } from './enrolment/enrolment-tokens.ts';
export { findDeviceCaller } from './proof/find-device-caller.ts';
export { createReplayMemory } from './proof/replay-memory.ts';
export { replaceDeviceKeys } from './replace-device-keys.ts';
export { revokeDevice } from './revoke-device.ts';

export { registerDeviceRoutes } from './device-routes.ts';
export { findDeviceRow } from './device-rows.ts';
export { type Enrolment, enrolDevice } from './enrol-device.ts';
export { type DeviceProofOptions, findDeviceCaller } from './proof/find-device-caller.ts';
export { createReplayMemory } from './proof/replay-memory.ts';

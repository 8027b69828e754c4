export { registerDeviceRoutes } from './device-routes.ts';
export { enrolDevice } from './enrol-device.ts';
export { findDeviceCaller } from './proof/find-device-caller.ts';
export { createReplayMemory } from './proof/replay-memory.ts';

export { connect, type TestConnection } from './test-client.ts';
export { createTestClock, type TestClock } from './test-clock.ts';
export {
  createPostgresDatabase,
  type DatabaseKind,
  databaseKinds,
  openTestDatabase,
  silentLog,
} from './test-database.ts';
export {
  createDeviceKeys,
  createProof,
  type DeviceKeys,
  deviceClient,
  enrolTestDevice,
  inventory,
  type ProofParts,
  type TestDevice,
} from './test-device.ts';
export { addTestImage, addTestWorkspace, type TestImage } from './test-image.ts';
export { startTestServer, type TestServer, testPassword } from './test-server.ts';

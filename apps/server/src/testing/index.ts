export { connect } from './test-client.ts';
export {
  createPostgresDatabase,
  databaseKinds,
  openTestDatabase,
  silentLog,
} from './test-database.ts';
export {
  createDeviceKeys,
  createProof,
  type DeviceKeys,
  deviceClient,
  deviceWith,
  enrolTestDevice,
  inventory,
  type ProofParts,
  type TestDevice,
} from './test-device.ts';
export { addTestImage, addTestWorkspace } from './test-image.ts';
export { serveTestInstance, startTestServer, type TestServer, testPassword } from './test-server.ts';

export { connect } from './test-client.ts';
export {
  createPostgresDatabase,
  databaseKinds,
  openTestDatabase,
  postgresSizeBytes,
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
export { addTestImage, addTestWorkspace, type TestImage } from './test-image.ts';
export {
  serveTestInstance,
  startTestServer,
  type TestInstance,
  type TestServer,
  testPassword,
} from './test-server.ts';

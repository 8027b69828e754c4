export type { Authority, TlsIdentity } from './authority/tls-identity.ts';
export { type InitOptions, type InitResult, initInstance } from './init-instance.ts';
export { type Instance, locateInstanceDatabase } from './instance.ts';
export { createMasterKey, type MasterKey } from './master-key.ts';
export { type OpenInstance, type OpenInstanceOptions, openInstance } from './open-instance.ts';
export { readFileIfThere, writePrivateFile } from './private-file.ts';

export type { TlsIdentity } from './authority/tls-identity.ts';
export { type InitResult, initInstance } from './init-instance.ts';
export { type Instance, locateInstanceDatabase } from './instance.ts';
export { retireLeaseKeys } from './lease-keys.ts';
export type { MasterKey } from './master-key.ts';
export { type OpenInstance, openInstance } from './open-instance.ts';
export { readFileIfThere, writePrivateFile } from './private-file.ts';
export { keyFiles, rotateMasterKey } from './rotate-master-key.ts';

export { findProgram } from './find-program.ts';
export { availableMemoryMiB } from './memory.ts';
export { type HostProbe, type ProbeOptions, probeHost } from './probe.ts';
export { identifyProcess, isAlive, type ProcessIdentity, processIdentitySchema } from './process-identity.ts';
export { defaultQemuPrograms, type QemuPrograms } from './programs.ts';
export { planRunAs, type RunAs } from './run-as.ts';
export { SecretFile } from './secret-file.ts';

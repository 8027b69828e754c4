export { QmpClient } from './client.ts';
export type { BlockNode, JsonValue, QmpBlockJob, QmpJob, RunState } from './commands.ts';
export type { QmpEvent } from './events.ts';
export { findJob, runJob, waitForJob } from './jobs.ts';
export { connectWhenReady } from './unix-socket.ts';

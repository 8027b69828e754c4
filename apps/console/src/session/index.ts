export type { Over } from './may-do.ts';
export { SessionEnded } from './session-ended.tsx';
export { type Session, sessionQuery } from './session-query.ts';
export { useMay, useSession } from './use-session.ts';

export { type Authenticator, createAuthenticator } from './authenticator.ts';
export { bodyLimitOf } from './body-limits.ts';
export { actorOf, type DeviceCaller, type UserCaller } from './caller.ts';
export { createRouter } from './create-router.ts';
export { answerError, answerNotFound } from './error-answer.ts';
export type { Answer, AuditNote, Exchange, Router } from './exchange.ts';
export { requirePlainData } from './plain-data.ts';

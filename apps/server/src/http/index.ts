export { type Authenticator, type CallerSources, createAuthenticator } from './authenticator.ts';
export { bodyLimitOf } from './body-limits.ts';
export { actorOf, type Caller, type DeviceCaller, type UserCaller } from './caller.ts';
export { createRouter } from './create-router.ts';
export { answerError, answerNotFound } from './error-answer.ts';
export type { Answer, AuditNote, Exchange, Handler, Router } from './exchange.ts';

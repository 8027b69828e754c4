export { bearerTokenOf, findUserCaller } from './find-user-caller.ts';
export { registerSessionRoutes } from './session-routes.ts';
export { createSessionStore, type SessionStore } from './session-store.ts';
export { createSignInLimiter, type SignInLimiter } from './sign-in-limiter.ts';

export {
  bearerTokenOf,
  type CallerStores,
  findBearer,
  findUserCaller,
} from './find-user-caller.ts';
export { openSession, setSessionCookie } from './open-session.ts';
export { registerOwnSessionRoutes } from './own-session-routes.ts';
export { registerSessionRoutes } from './session-routes.ts';
export { createSessionStore, endSessionsOf, type SessionStore } from './session-store.ts';
export { createSignInLimiter, type SignInLimiter } from './sign-in-limiter.ts';
export { signInLimits } from './sign-in-limits.ts';

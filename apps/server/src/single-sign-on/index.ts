export { registerSingleSignOn } from './register-single-sign-on.ts';

export { registerSsoCommands } from './sso-commands.ts';

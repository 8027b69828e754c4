export { registerTokenCommands } from './token-commands.ts';

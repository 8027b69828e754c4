export { registerServerCommands } from './server-commands.ts';

export { registerGroupCommands } from './group-commands.ts';
export { registerUserCommands } from './user-commands.ts';

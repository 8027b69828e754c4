export { registerGroupCommands } from './group-commands.ts';
export { registerPasswordCommand } from './password-command.ts';
export { registerUserCommands } from './user-commands.ts';

export { registerTaskCommands } from './task-commands.ts';

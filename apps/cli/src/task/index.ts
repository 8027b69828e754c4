export { registerTaskCommands, watchTask } from './task-commands.ts';

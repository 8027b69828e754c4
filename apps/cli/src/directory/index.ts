export { registerDirectoryCommands } from './directory-commands.ts';

export { registerDirectoryCommands } from './directory-commands.ts';
export { findDirectory } from './find-directory.ts';

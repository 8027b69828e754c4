export { registerWorkspaceCommands } from './workspace-commands.ts';

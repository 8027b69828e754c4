export { registerAgentCommands } from './agent-commands.ts';

export { registerAdministratorCommands } from './administrator-commands.ts';
export { registerRoleCommands } from './role-commands.ts';

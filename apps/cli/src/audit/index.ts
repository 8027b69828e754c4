export { registerAuditCommands } from './audit-commands.ts';

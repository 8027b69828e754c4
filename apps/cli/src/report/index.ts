export { registerReportCommands } from './report-commands.ts';

export { registerDeviceCommands } from './device-commands.ts';

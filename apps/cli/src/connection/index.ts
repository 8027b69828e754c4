export { type Connection, readConnection } from './connection-file.ts';
export { registerConnectionCommands } from './login.ts';
export { type OpenServer, openServer } from './open-server.ts';
export { readSecret } from './read-secret.ts';

export { chooseProvider, waitForCode } from './code-sign-in.ts';
export { type Connection, readConnection } from './connection-file.ts';
export { createFinder, type Finder } from './find.ts';
export { registerConnectionCommands } from './login.ts';
export { type OpenServer, openServer } from './open-server.ts';
export { allItems } from './pages.ts';
export { readSecret } from './read-secret.ts';
export { registerSessionCommands } from './session-commands.ts';

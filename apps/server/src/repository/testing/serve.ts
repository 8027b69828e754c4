import { startRepository } from './start-repository.ts';

// A server of its own that can be killed: `node serve.ts FOLDER`. Tells where it listens on its first line.
const folder = process.argv[2];
if (folder === undefined) throw new Error('which folder?');
const server = await startRepository({ folder });
process.stdout.write(`${server.origin}\n`);

import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '@carrel/kit';
import fastify from 'fastify';
import { openStorage, repositoryPlugin } from '../../apps/server/src/repository/index.ts';

// The built-in repository alone, in a process of its own: `node serve.ts FOLDER [TLS-FOLDER]`. Says its port.
const [, , folder = '', tlsFolder] = process.argv;
const read = (name: string): Promise<string> => readFile(join(tlsFolder ?? '', name), 'utf8');
const https =
  tlsFolder === undefined ? null : { cert: await read('server.crt'), key: await read('server.key') };
const storage = await openStorage({ folder, clock: systemClock });
const app = fastify({ https });
await app.register(repositoryPlugin, {
  storage,
  clock: systemClock,
  verifyCredentials: () => Promise.resolve({ subject: 'bench', canPush: true }),
});
await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${(app.server.address() as AddressInfo).port}\n`);

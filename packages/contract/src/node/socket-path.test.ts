import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSocketPath } from './index.ts';

it.each(['short', 'long'.repeat(40)])('listens and connects in a folder named %s', async (name) => {
  const folder = await mkdtemp(join(tmpdir(), 'carrel-socket-'));
  try {
    await mkdir(join(folder, name));
    const path = join(folder, name, 'x.sock');
    await using listening = await openSocketPath(path);
    const server = createServer((socket) => socket.end('hello')).listen(listening.path);
    await once(server, 'listening');
    expect((await stat(path)).isSocket()).toBe(true);

    await using connecting = await openSocketPath(path);
    const client = connect(connecting.path);
    expect(String((await once(client, 'data'))[0])).toBe('hello');
    client.destroy();
    server.close();
    await once(server, 'close');
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  } finally {
    await rm(folder, { recursive: true });
  }
});

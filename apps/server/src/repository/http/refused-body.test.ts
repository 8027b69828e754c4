import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { expect, test } from 'vitest';
import { imageManifestType } from '../testing/push.ts';
import { credentials, startRepository } from '../testing/start-repository.ts';

test('a refusal in the middle of a body leaves the connection fit for the next request', async () => {
  await using server = await startRepository();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { authorization: credentials.publisher, 'content-type': imageManifestType };
  const send = async (method: string, path: string, body?: Buffer): Promise<number | undefined> => {
    const sent = request(server.origin + path, { agent, method, headers });
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');
    return answer.statusCode;
  };
  for (let round = 0; round < 3; round += 1) {
    expect(await send('PUT', '/v2/desk/manifests/v1', Buffer.alloc(16_000_000))).toBe(413);
    expect(await send('GET', '/v2/')).toBe(200);
  }
  agent.destroy();
});

import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openGuestAgent } from './client.ts';

const messageSchema = z.object({
  execute: z.string(),
  arguments: z.record(z.string(), z.unknown()).optional(),
});
type Message = z.infer<typeof messageSchema>;

/** An agent in a guest that answers by a rule: bytes to send, or silence. */
function fakeAgent(rule: (message: Message, turn: number) => Buffer | string | undefined): Duplex {
  let turn = 0;
  let held = '';
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      held += Buffer.from(chunk.filter((byte) => byte !== 0xff)).toString('utf8');
      const lines = held.split('\n');
      held = lines.pop() ?? '';
      for (const line of lines) {
        const answer = rule(messageSchema.parse(JSON.parse(line)), (turn += 1));
        if (answer !== undefined) stream.push(answer);
      }
      done();
    },
  });
  return stream;
}

function synced(message: Message): Buffer {
  const id = message.arguments?.['id'];
  return Buffer.concat([Buffer.from([0xff]), Buffer.from(`{"return":${String(id)}}\n`)]);
}

function ret(value: unknown): string {
  return `${JSON.stringify({ return: value })}\n`;
}

/** Answers like a healthy agent. */
function healthy(message: Message): Buffer | string {
  switch (message.execute) {
    case 'guest-sync-delimited':
      return synced(message);
    case 'guest-get-host-name':
      return ret({ 'host-name': 'desk' });
    case 'guest-file-open':
      return ret(7);
    case 'guest-file-read':
      return ret({ count: 3, 'buf-b64': Buffer.from('abc').toString('base64'), eof: false });
    case 'guest-network-get-interfaces':
      return ret([
        { name: 'lo', 'ip-addresses': [{ 'ip-address': '::1', 'ip-address-type': 'ipv6', prefix: 128 }] },
      ]);
    default:
      return ret({});
  }
}

describe('the agent in a guest', () => {
  it('is brought into step through garbage and answers to older questions', async () => {
    const stream = fakeAgent((message) => {
      if (message.execute !== 'guest-sync-delimited') return healthy(message);
      const stale = Buffer.concat([Buffer.from([0xff]), Buffer.from('{"return":1}\n')]);
      stream.push(Buffer.from('half an answer {"retu'));
      stream.push(stale);
      return Buffer.concat([Buffer.from('more\n'), synced(message)]);
    });
    await using agent = await openGuestAgent(stream);
    expect(await agent.hostName()).toBe('desk');
  });

  it('is silent until it is there', async () => {
    const opening = openGuestAgent(
      fakeAgent(() => undefined),
      { timeoutMs: 5 },
    );
    await expect(opening).rejects.toMatchObject({ code: 'GUEST_AGENT_SILENT', retryable: true });
  });

  it('is brought into step again after garbage', async () => {
    let isMad = false;
    const stream = fakeAgent((message) => {
      if (isMad && message.execute === 'guest-get-host-name') {
        isMad = false;
        return '{{{\n';
      }
      return healthy(message);
    });
    await using agent = await openGuestAgent(stream);
    isMad = true;
    await expect(agent.hostName()).rejects.toMatchObject({ code: 'GUEST_AGENT_SILENT' });
    expect(await agent.hostName()).toBe('desk');
  });

  it('answers questions asked at once each with its own answer', async () => {
    await using agent = await openGuestAgent(fakeAgent(healthy));
    const [name, interfaces] = await Promise.all([agent.hostName(), agent.networkInterfaces()]);
    expect(name).toBe('desk');
    expect(interfaces).toEqual([
      {
        name: 'lo',
        hardwareAddress: undefined,
        addresses: [{ address: '::1', family: 'ipv6', prefixLength: 128 }],
      },
    ]);
  });

  it('may refuse, and may answer in another shape: both are refusals with a reason', async () => {
    const error = '{"error":{"class":"CommandNotFound","desc":"no such command"}}\n';
    const stream = fakeAgent((message) => {
      if (message.execute === 'guest-get-host-name') return error;
      return message.execute === 'guest-info' ? ret({ version: 1 }) : healthy(message);
    });
    await using agent = await openGuestAgent(stream);
    await expect(agent.hostName()).rejects.toMatchObject({
      code: 'GUEST_AGENT_REFUSED',
      details: { command: 'guest-get-host-name', reason: 'no such command' },
    });
    await expect(agent.info()).rejects.toMatchObject({ code: 'GUEST_AGENT_REFUSED' });
  });

  it('cannot fill the memory with a file without end', async () => {
    await using agent = await openGuestAgent(fakeAgent(healthy));
    await expect(agent.readFile('/dev/zero', 100)).rejects.toMatchObject({ code: 'GUEST_AGENT_REFUSED' });
  });

  it('fails what is asked when the machine ends', async () => {
    const stream = fakeAgent((message) =>
      message.execute === 'guest-get-host-name' ? undefined : healthy(message),
    );
    const agent = await openGuestAgent(stream);
    const asked = agent.hostName();
    setImmediate(() => stream.destroy());
    await expect(asked).rejects.toMatchObject({ code: 'GUEST_AGENT_SILENT' });
  });
});

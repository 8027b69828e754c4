import { type DeviceEvent, eventCatalogue, routes } from '@carrel/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addTestWorkspace,
  databaseKinds,
  enrolTestDevice,
  startTestServer,
  type TestDevice,
  type TestServer,
} from '../testing/index.ts';
import { expireEvents } from './expire-events.ts';

function event(sequence: number, changes: Partial<DeviceEvent> = {}): DeviceEvent {
  const clientTime = new Date(1_700_000_000_000 + sequence).toISOString();
  const base = { user: 'SYSTEM', workspaceId: null, guestName: null, fields: {} };
  return { sequence, code: 'AGENT-003', clientTime, ...base, ...changes };
}
const range = (from: number, to: number): DeviceEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => event(from + index));

describe.each(databaseKinds)('events on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const send = (device: TestDevice, events: DeviceEvent[]) =>
    device.client.call(routes.sendEvents, { body: { events } });
  const storedSequences = async (device: TestDevice): Promise<(number | null)[]> => {
    const rows = await server.services.database.queries
      .selectFrom('events')
      .select('sequence')
      .where('deviceId', '=', device.deviceId)
      .orderBy('position')
      .execute();
    return rows.map((row) => row.sequence);
  };

  it('stores each sequence once and in order, however batches overlap and repeat', async () => {
    const device = await enrolTestDevice(server);
    const batches = fc.array(fc.tuple(fc.nat(8), fc.integer({ min: 1, max: 6 })), {
      minLength: 1,
      maxLength: 6,
    });
    let acknowledged = 0;
    await fc.assert(
      fc.asyncProperty(batches, async (plan) => {
        for (const [back, length] of plan) {
          const from = Math.max(1, acknowledged + 1 - back);
          const answer = await send(device, range(from, from + length - 1));
          acknowledged = Math.max(acknowledged, from + length - 1);
          expect(answer.acknowledgedSequence).toBe(acknowledged);
        }
      }),
      { numRuns: 10 },
    );
    expect(await storedSequences(device)).toEqual(range(1, acknowledged).map(({ sequence }) => sequence));
  });

  it('stores nothing of a batch with a gap and says what comes next', async () => {
    const device = await enrolTestDevice(server);
    await send(device, range(1, 2));
    const gap = { code: 'EVENT_SEQUENCE_GAP', httpStatus: 409, details: { received: 5, expected: 4 } };
    await expect(send(device, [event(3), event(5)])).rejects.toMatchObject(gap);
    const first = { details: { received: 9, expected: 3 } };
    await expect(send(device, [event(9)])).rejects.toMatchObject(first);
    expect(await storedSequences(device)).toEqual([1, 2]);
  });

  it('takes the same batch sent many times at once exactly once', async () => {
    const device = await enrolTestDevice(server);
    const answers = await Promise.all(Array.from({ length: 6 }, () => send(device, range(1, 50))));
    expect(answers.map((answer) => answer.acknowledgedSequence)).toEqual([50, 50, 50, 50, 50, 50]);
    expect(await storedSequences(device)).toHaveLength(50);
  });

  it('keeps the numbers of two devices apart', async () => {
    const [one, two] = [await enrolTestDevice(server), await enrolTestDevice(server)];
    await send(one, range(1, 3));
    expect(await send(two, range(1, 1))).toEqual({ acknowledgedSequence: 1 });
  });

  it('tells listeners and the list what happened, in words, with host and workspace', async () => {
    const device = await enrolTestDevice(server, 'Desk-Words');
    const { workspace } = await addTestWorkspace(server, 'office');
    const heard: string[] = [];
    using listening = new DisposableStack();
    listening.use(
      server.services.notices.listen((message) => {
        if (message.topic === 'event') heard.push(message.event.message);
      }),
    );
    const fields = { workspace: 'office', bootSeconds: 4.5 };
    const content = { code: 'WORKSPACE-002' as const, workspaceId: workspace.id, user: 'Ada', fields };
    await send(device, [
      event(1, content),
      event(2, { code: 'LEASE-002', fields: { code: 'X', message: 'no' } }),
    ]);
    expect(heard).toEqual(['office is running after 4.5 s.', 'A lease was refused (X): no']);
    const list = async (query: object) =>
      (await server.administrator.call(routes.listEvents, { query })).items.map((item) => item.sequence);
    expect(await list({ hostName: 'desk-w', limit: 10 })).toEqual([2, 1]);
    expect(await list({ deviceId: device.deviceId, user: 'ada' })).toEqual([1]);
    expect(await list({ deviceId: device.deviceId, severity: 'error' })).toEqual([2]);
    expect(await list({ workspaceId: workspace.id })).toEqual([1]);
    const first = await server.administrator.call(routes.listEvents, {
      query: { deviceId: device.deviceId, limit: 1 },
    });
    expect(first.items[0]).toMatchObject({
      severity: eventCatalogue['LEASE-002'].severity,
      hostName: 'Desk-Words',
    });
    expect(await list({ deviceId: device.deviceId, cursor: first.next })).toEqual([1]);
  });

  it('forgets events by the age their severity is kept for, and takes none of them in again', async () => {
    const device = await enrolTestDevice(server);
    const failed = { code: 'LEASE-002' as const, fields: { code: 'X', message: 'no' } };
    await send(device, [event(1), event(2, failed), event(3)]);
    const days = (count: number): number => server.clock.nowMs() + count * 86_400_000;
    await expireEvents(server.services.database, days(89));
    expect(await storedSequences(device)).toEqual([1, 2, 3]);
    await expireEvents(server.services.database, days(91));
    expect(await storedSequences(device)).toEqual([2]);
    await expireEvents(server.services.database, days(366));
    expect(await storedSequences(device)).toEqual([]);
    expect(await send(device, range(1, 3))).toEqual({ acknowledgedSequence: 3 });
    expect(await storedSequences(device)).toEqual([]);
  });

  it('refuses an event whose fields are not those of its code', async () => {
    const device = await enrolTestDevice(server);
    await expect(send(device, [event(1, { fields: { password: 'x' } })])).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
  });
});

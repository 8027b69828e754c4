import { type DeviceEvent, routes } from '@carrel/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEstate, type Estate } from '../attacks/testing/estate.ts';
import {
  databaseKinds,
  enrolTestDevice,
  inventory,
  startTestServer,
  type TestServer,
} from '../testing/index.ts';
import { takeMeasurements } from './take-measurements.ts';

const hour = 3_600_000;
const receipt = { peersBytes: 0, stagedBytes: 0, copiesBytes: 0, hostFilesBytes: 0, fromSeedsBytes: 0 };

describe.each(databaseKinds)('measurements on %s', (kind) => {
  let server: TestServer;
  let estate: Estate;
  beforeAll(async () => {
    server = await startTestServer(kind);
    estate = await createEstate(server, 'desk');
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const tag = (deviceId: string, tags: string[]) =>
    server.administrator.call(routes.changeDevice, { params: { deviceId }, body: { tags } });
  const measure = (days = 30) => server.administrator.call(routes.getMeasurements, { query: { days } });

  it('tell of images, people and places', async () => {
    await tag(estate.device.deviceId, ['Berlin', 'laptop']);
    const { devices, images, workspaces } = await measure();
    expect(devices).toEqual([
      { tag: null, count: 1 },
      { tag: 'Berlin', count: 1 },
      { tag: 'laptop', count: 1 },
    ]);
    expect(images).toMatchObject([{ name: 'desk', versions: [{ number: 1 }] }]);
    expect(workspaces).toEqual([
      {
        name: 'desk',
        image: 'desk',
        persistence: 'revertible',
        people: [
          { tag: null, count: 1 },
          { tag: 'Berlin', count: 1 },
          { tag: 'laptop', count: 1 },
        ],
      },
    ]);
  });

  it('tell how computers got their images, first versions and updates apart', async () => {
    const { client } = estate.device;
    let sequence = 1;
    const fetched = (beganMs: number, seconds: number, version: number, fields: object): DeviceEvent[] => {
      const base = { user: 'SYSTEM', workspaceId: null, guestName: null };
      const image = { image: 'desk', version };
      const at = (timeMs: number) => new Date(timeMs).toISOString();
      return [
        {
          ...base,
          sequence: ++sequence,
          code: 'IMAGE-001',
          clientTime: at(beganMs),
          fields: { ...image, totalBytes: 9 },
        },
        {
          ...base,
          sequence: ++sequence,
          code: 'IMAGE-002',
          clientTime: at(beganMs + seconds * 1000),
          fields: { ...image, ...receipt, repositoryBytes: 0, ...fields },
        },
      ];
    };
    const nowMs = server.clock.nowMs();
    const events = [
      ...fetched(nowMs, 100, 1, { downloadedBytes: 4000, hostFilesBytes: 1000 }),
      ...fetched(nowMs + hour, 20, 2, { downloadedBytes: 300, copiesBytes: 4700 }),
      ...fetched(nowMs + 2 * hour, 40, 3, { downloadedBytes: 500, copiesBytes: 4500 }),
    ];
    await client.call(routes.sendEvents, { body: { events } });
    const { deliveries } = await measure();
    const ofAll = deliveries.filter((delivery) => delivery.tag === null);
    expect(ofAll).toMatchObject([
      { image: 'desk', kind: 'initial', count: 1, downloadedBytes: 4000, hostFilesBytes: 1000 },
      { image: 'desk', kind: 'update', count: 2, downloadedBytes: 800, copiesBytes: 9200 },
    ]);
    expect(ofAll[0]?.timeToReady?.longestSeconds).toBe(100);
    expect(ofAll[1]?.timeToReady?.longestSeconds).toBe(40);
    expect(Math.abs((ofAll[1]?.timeToReady?.medianSeconds ?? 0) / 20 - 1)).toBeLessThan(0.03);
    expect(deliveries.filter((delivery) => delivery.tag === 'Berlin')).toHaveLength(2);
  });

  it('count events by day of a device, and weigh them', async () => {
    const before = (await measure()).events;
    const { events } = await takeMeasurements(
      server.services.database.queries,
      30,
      server.clock.nowMs() + 24 * hour,
    );
    expect(before.averageBytes).toBeGreaterThan(100);
    // Seven of the first device by now, one day after it was enrolled.
    expect(events.perDevicePerDay).toBeGreaterThan(6.5);
    expect(events.perDevicePerDay).toBeLessThanOrEqual(7);
  });

  it('leave out devices that were revoked, and those that made no contact in the period', async () => {
    const other = await enrolTestDevice(server, 'other');
    await other.client.call(routes.syncDevice, { body: { userGrants: [], inventory, workspaces: [] } });
    expect((await measure()).devices[0]).toEqual({ tag: null, count: 2 });
    await server.administrator.call(routes.revokeDevice, { params: { deviceId: other.deviceId } });
    expect((await measure()).devices[0]).toEqual({ tag: null, count: 1 });
    const { queries } = server.services.database;
    const { devices } = await takeMeasurements(queries, 1, server.clock.nowMs() + 48 * hour);
    expect(devices).toEqual([{ tag: null, count: 0 }]);
  });
});

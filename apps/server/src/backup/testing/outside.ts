import { routes } from '@carrel/contract';
import { openSealedKeys, verifyLease } from '@carrel/policy';
import { pushTestImage } from '../../images/testing/push-test-image.ts';
import { putSecret, readSecret } from '../../secrets/index.ts';
import {
  deviceClient,
  enrolTestDevice,
  inventory,
  type TestDevice,
  type TestServer,
  testPassword,
} from '../../testing/index.ts';

/** What somebody outside has of an instance: a device, who is signed in there, an image. */
export interface Outside {
  readonly device: TestDevice;
  readonly userGrant: string;
  readonly manifestDigest: string;
}

/** Gives an instance something of every kind: image, workspace, people, device, lease, secret. */
export async function furnish(server: TestServer): Promise<Outside> {
  const { administrator, services } = server;
  const image = await administrator.call(routes.createImage, { body: { name: 'desktop' } });
  const { body } = await pushTestImage(server, 'desktop', 'v1');
  const imageParams = { imageId: image.id };
  await administrator.call(routes.createVersion, { params: imageParams, body });
  await administrator.call(routes.publishVersion, { params: { ...imageParams, number: 1 } });
  await administrator.call(routes.moveChannel, {
    params: { ...imageParams, channel: 'production' },
    body: { versionNumber: 1 },
    revision: 0,
  });
  const workspace = await administrator.call(routes.createWorkspace, {
    body: { name: 'Desktop', imageId: image.id },
  });
  const { user } = await server.addUser('ada');
  await administrator.call(routes.putAssignment, {
    params: { workspaceId: workspace.id },
    body: { principal: { kind: 'user', id: user.id } },
  });
  const device = await enrolTestDevice(server);
  const credentials = { userName: 'ada', password: testPassword };
  const { userGrant } = await device.client.call(routes.signInAtDevice, { body: credentials });
  const secret = { name: 'join-account', value: 'the value', updatedBy: 'admin' };
  await putSecret(services.database.queries, services.instance.masterKey, secret, 1);
  const event = {
    sequence: 1,
    code: 'AGENT-003' as const,
    clientTime: '2026-01-01T00:00:00.000Z',
    user: 'SYSTEM',
    workspaceId: null,
    guestName: null,
    fields: {},
  };
  await device.client.call(routes.sendEvents, { body: { events: [event] } });
  return { device, userGrant, manifestDigest: body.manifestDigest };
}

/** What they get of it now. */
export async function look(server: TestServer, outside: Outside) {
  const { instance, database } = server.services;
  const { device, userGrant, manifestDigest } = outside;
  const client = deviceClient(server, device.deviceId, device.keys);
  const answer = await client.call(routes.syncDevice, {
    body: { userGrants: [userGrant], inventory, workspaces: [] },
  });
  const [user] = answer.users;
  const token = user?.outcome === 'granted' ? (user.leases[0] ?? '') : '';
  const expected = { keys: answer.leaseKeys.keys, issuer: instance.id, deviceId: device.deviceId };
  const lease = await verifyLease(token, expected);
  const blob = await server.connection.send(`/v2/desktop/manifests/${manifestDigest}`, {
    headers: { authorization: `Bearer ${answer.repositoryToken}` },
  });
  return {
    leaseKeys: answer.leaseKeys,
    leaseId: lease.leaseId,
    keys: await openSealedKeys(lease.sealedKeys, device.keys.sealing),
    manifest: [blob.status, (await blob.text()).length],
    authority: instance.authority.fingerprint,
    secret: await readSecret(database.queries, instance.masterKey, 'join-account'),
    signIn: (await server.signIn('ada', testPassword)).length,
    events: await server.administrator
      .call(routes.listEvents, { query: { deviceId: device.deviceId } })
      .then(({ items }) => items.map(({ sequence, code }) => [sequence, code])),
  };
}

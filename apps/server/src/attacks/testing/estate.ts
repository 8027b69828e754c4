import { routes, type Workspace } from '@carrel/contract';
import type { UserId } from '@carrel/kit';
import {
  addTestWorkspace,
  enrolTestDevice,
  inventory,
  type TestDevice,
  type TestImage,
  type TestServer,
  testPassword,
} from '../../testing/index.ts';

/** A workspace with its image, somebody who has it, a device that holds a lease for it, and what is to be done there. */
export interface Estate {
  readonly workspace: Workspace;
  readonly image: TestImage;
  readonly userId: UserId;
  readonly device: TestDevice;
  readonly assignmentId: string;
  readonly actionId: string;
  /** Everything of it that a path can name. */
  readonly params: Readonly<Record<string, string>>;
}

export async function createEstate(server: TestServer, name: string): Promise<Estate> {
  const { administrator } = server;
  server.clock.advance(61_000);
  const { user } = await server.addUser(`${name}-user`);
  const { workspace, image } = await addTestWorkspace(server, name);
  const workspaceId = workspace.id;
  const { id: assignmentId } = await administrator.call(routes.putAssignment, {
    params: { workspaceId },
    body: { principal: { kind: 'user', id: user.id } },
  });
  const device = await enrolTestDevice(server, `${name}-desk`);
  const { deviceId } = device;
  const { userGrant } = await device.client.call(routes.signInAtDevice, {
    body: { userName: user.userName, password: testPassword },
  });
  await device.client.call(routes.syncDevice, {
    body: { userGrants: [userGrant], inventory: { ...inventory, hostName: `${name}-desk` }, workspaces: [] },
  });
  await device.client.call(routes.sendEvents, {
    body: {
      events: [
        {
          sequence: 1,
          code: 'WORKSPACE-001',
          clientTime: new Date(server.clock.nowMs()).toISOString(),
          user: user.userName,
          workspaceId,
          guestName: null,
          fields: { workspace: name },
        },
      ],
    },
  });
  const { id: actionId } = await administrator.call(routes.queueDeviceAction, {
    params: { deviceId },
    body: { kind: 'lock' },
  });
  const ids = { workspaceId, deviceId, imageId: image.imageId, userId: user.id };
  return {
    workspace,
    image,
    userId: user.id,
    device,
    assignmentId,
    actionId,
    params: { ...ids, assignmentId, actionId },
  };
}

import { createHash, randomBytes } from 'node:crypto';
import { routes } from '@carrel/contract';
import { createId } from '@carrel/kit';
import {
  addTestWorkspace,
  createDeviceKeys,
  type DeviceKeys,
  inventory,
  type TestServer,
} from '../../apps/server/src/testing/index.ts';

const groupCount = 50;
const workspaceCount = 10;
const rowsAtOnce = 500;

/** A computer with one person signed in. */
export interface BenchDevice {
  readonly deviceId: string;
  readonly keys: DeviceKeys;
  readonly userGrant: string;
}

export interface Estate {
  readonly devices: readonly BenchDevice[];
  /** Granted to the group that all others are in. */
  readonly everybodysWorkspaceId: string;
}

/**
 * Fills an instance: one person a device, each in a leaf of a tree of 50 groups; ten workspaces, of which one is
 * granted to the root and so to everybody, and the others to groups here and there in the tree.
 */
export async function fillEstate(server: TestServer, deviceCount: number): Promise<Estate> {
  const groupIds = await addGroups(server);
  const workspaceIds: string[] = [];
  for (let index = 0; index < workspaceCount; index += 1) {
    const { workspace } = await addTestWorkspace(server, `workspace-${index}`);
    const groupId = groupIds[index * 3];
    if (groupId === undefined) throw new Error('there are too few groups');
    await server.administrator.call(routes.putAssignment, {
      params: { workspaceId: workspace.id },
      body: { principal: { kind: 'group', id: groupId } },
    });
    workspaceIds.push(workspace.id);
  }
  const devices: BenchDevice[] = [];
  for (let start = 0; start < deviceCount; start += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, deviceCount - start);
    devices.push(...(await addDevices(server, groupIds.slice(groupCount / 2), start, count)));
  }
  return { devices, everybodysWorkspaceId: workspaceIds[0] ?? '' };
}

/** @returns their ids; every group but the first is inside another one, at most five deep */
async function addGroups(server: TestServer): Promise<string[]> {
  const ids: string[] = [];
  const { queries } = server.services.database;
  for (let index = 0; index < groupCount; index += 1) {
    const group = await server.administrator.call(routes.createGroup, { body: { name: `group ${index}` } });
    const parentId = ids[Math.floor((index - 1) / 2)];
    if (parentId !== undefined) {
      await queries.insertInto('groupGroups').values({ parentId, childId: group.id }).execute();
    }
    ids.push(group.id);
  }
  return ids;
}

async function addDevices(
  server: TestServer,
  groupIds: readonly string[],
  start: number,
  count: number,
): Promise<BenchDevice[]> {
  const createdAt = server.clock.nowMs();
  const id = (): string => createId<'row'>(createdAt, randomBytes(10));
  const added = Array.from({ length: count }, (_, index) => ({
    number: start + index,
    deviceId: id(),
    userId: id(),
    keys: createDeviceKeys(),
    userGrant: randomBytes(32).toString('base64url'),
  }));
  await server.services.database.transaction(async (transaction) => {
    const users = added.map(({ userId, number }) => ({
      id: userId,
      userName: `user-${number}`,
      userNameKey: `user-${number}`,
      displayName: `User ${number}`,
      searchKey: `user-${number}`,
      source: 'built-in',
      passwordHash: '',
      isDisabled: 0,
      failedSignIns: 0,
      createdAt,
    }));
    await transaction.insertInto('users').values(users).execute();
    const members = added.map(({ userId, number }) => ({
      userId,
      groupId: groupIds[number % groupIds.length] ?? '',
    }));
    await transaction.insertInto('groupUsers').values(members).execute();
    const devices = added.map(({ deviceId, keys }) => ({
      id: deviceId,
      state: 'active',
      signingKey: keys.signingPublic.x,
      sealingKey: keys.sealingPublic.x,
      tokenHash: '',
      inventoryJson: JSON.stringify(inventory),
      workspacesJson: '[]',
      enrolledAt: createdAt,
      acknowledgedSequence: 0,
    }));
    await transaction.insertInto('devices').values(devices).execute();
    const grants = added.map(({ deviceId, userId, userGrant }) => ({
      grantHash: createHash('sha256').update(userGrant).digest('hex'),
      deviceId,
      userId,
      createdAt,
    }));
    await transaction.insertInto('deviceGrants').values(grants).execute();
  });
  return added.map(({ deviceId, keys, userGrant }) => ({ deviceId, keys, userGrant }));
}

import { assignmentSettingsSchema, routes, type Workspace } from '@carrel/contract';
import { createId, type GroupId, type Id, type UserId } from '@carrel/kit';
import { inBatches } from '../../apps/server/src/database/batches.ts';
import type { Transaction } from '../../apps/server/src/database/index.ts';
import { addTestImage, type TestServer } from '../../apps/server/src/testing/index.ts';

export const userCount = 10_000;
export const groupCount = 50;
export const workspaceCount = 20;
/** Of how many groups each user is a direct member. */
const groupsOfUser = 3;
const rowsAtOnce = 1_000;

/** What the benchmark has filled a server with. */
export interface World {
  /** Everybody has the first by a group; each of them has the second by a grant of their own. */
  readonly workspaces: readonly Workspace[];
  readonly users: readonly UserId[];
  /** Each contains the next: who is in the last is in all 50. */
  readonly groups: readonly GroupId[];
}

/** 10,000 users in 50 groups inside each other, and 20 workspaces assigned to groups at every depth. */
export async function fillWorld(server: TestServer): Promise<World> {
  const { clock, randomBytes, database } = server.services;
  const idOf = <Kind extends string>(): Id<Kind> => createId<Kind>(clock.nowMs(), randomBytes(10));
  const { imageId } = await addTestImage(server, 'desktop');
  const workspaces: Workspace[] = [];
  for (let number = 0; number < workspaceCount; number += 1) {
    const body = { name: `Workspace ${number}`, imageId };
    workspaces.push(await server.administrator.call(routes.createWorkspace, { body }));
  }
  const users = Array.from({ length: userCount }, () => idOf<'user'>());
  const groups = Array.from({ length: groupCount }, () => idOf<'group'>());
  await database.transaction(async (transaction) => {
    await insertPeople(transaction, users, groups);
    await insertAssignments(transaction, workspaces, users, groups, () => idOf<'assignment'>());
  });
  return { workspaces, users, groups };
}

async function insertPeople(
  transaction: Transaction,
  users: readonly UserId[],
  groups: readonly GroupId[],
): Promise<void> {
  const people = users.map((id, number) => ({
    id,
    userName: `user${number}`,
    userNameKey: `user${number}`,
    displayName: `User ${number}`,
    searchKey: `user${number}`,
    source: 'built-in',
    passwordHash: '',
    isDisabled: 0,
    failedSignIns: 0,
    createdAt: 0,
  }));
  await inBatches(
    people,
    (some) =>
      transaction
        .insertInto('users')
        .values([...some])
        .execute(),
    rowsAtOnce,
  );
  const rows = groups.map((id, number) => ({
    id,
    name: `Group ${number}`,
    nameKey: `group ${number}`,
    createdAt: 0,
  }));
  await transaction.insertInto('groups').values(rows).execute();
  const nestings = groups.slice(1).map((childId, at) => ({ parentId: groups[at] ?? childId, childId }));
  await transaction.insertInto('groupGroups').values(nestings).execute();
  const memberships = users.flatMap((userId, number) =>
    Array.from({ length: groupsOfUser }, (_, turn) => ({
      userId,
      groupId: groups[(number * 7 + turn * 17) % groups.length] ?? '',
    })),
  );
  await inBatches(
    memberships,
    (some) =>
      transaction
        .insertInto('groupUsers')
        .values([...some])
        .execute(),
    rowsAtOnce,
  );
}

async function insertAssignments(
  transaction: Transaction,
  workspaces: readonly Workspace[],
  users: readonly UserId[],
  groups: readonly GroupId[],
  idOf: () => string,
): Promise<void> {
  const settings = (hours: number): string =>
    JSON.stringify(
      assignmentSettingsSchema.parse({
        offlineLimitHours: hours,
        expiresOn: '2099-12-31',
        timeZone: 'Europe/Berlin',
      }),
    );
  const common = { effect: 'allow', createdAt: 0, createdBy: 'admin' };
  const rows = workspaces.flatMap(({ id: workspaceId }, number) => {
    const own = number === 1 ? users : [];
    // The first at every fifth depth, others at two depths each.
    const assigned = groups.filter((_, depth) => (number === 0 ? depth % 5 === 0 : depth % 20 === number));
    return [
      ...own.map((principalId) => ({ principalKind: 'user', principalId, settingsJson: settings(24) })),
      ...assigned.map((principalId, depth) => ({
        principalKind: 'group',
        principalId,
        settingsJson: settings(depth),
      })),
    ].map((row) => ({ ...common, ...row, id: idOf(), workspaceId }));
  });
  await inBatches(
    rows,
    (some) =>
      transaction
        .insertInto('assignments')
        .values([...some])
        .execute(),
    rowsAtOnce,
  );
}

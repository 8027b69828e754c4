import type { Permission } from '@carrel/contract';
import { createId, type WorkspaceId } from '@carrel/kit';
import { expect, test } from 'vitest';
import { mayDo } from './may-do.ts';

const finance: WorkspaceId = createId(1, new Uint8Array(10));
const sales: WorkspaceId = createId(2, new Uint8Array(10));
const permissions: Permission[] = ['workspaces.view', 'workspaces.edit'];
const session = {
  permissions,
  limitedPermissions: [{ permission: 'workspaces.edit' as const, workspaceIds: [finance] }],
};

test('a permission over some workspaces counts for these, and for entering the room', () => {
  expect(mayDo(session, 'workspaces.edit', { workspaceId: finance })).toBe(true);
  expect(mayDo(session, 'workspaces.edit', { workspaceId: sales })).toBe(false);
  expect(mayDo(session, 'workspaces.edit', 'everything')).toBe(false);
  expect(mayDo(session, 'workspaces.edit', 'somewhere')).toBe(true);
});

test('one without limits counts for everything, one not had for nothing', () => {
  expect(mayDo(session, 'workspaces.view', 'everything')).toBe(true);
  expect(mayDo(session, 'workspaces.view', { workspaceId: sales })).toBe(true);
  expect(mayDo(session, 'users.manage', 'somewhere')).toBe(false);
});

import { groupMembersSchema, routes, type User, type Group as UserGroup } from '@carrel/contract';
import { Button, Group, Modal, MultiSelect, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { queryKeys, useApi, useChange } from '../api/index.ts';
import { Loaded, ProblemAlert } from '../ui/index.ts';

/** The longest page; beyond it, members that are not shown stay as they are. */
const choiceLimit = 1000;

export interface MembersDialogProps {
  readonly group: UserGroup;
  readonly onClose: () => void;
}

interface Candidates {
  readonly users: readonly User[];
  readonly groups: readonly UserGroup[];
}

/** Sets who is in a group. Mount it to open it. */
export function MembersDialog({ group, onClose }: MembersDialogProps): ReactNode {
  const api = useApi();
  const query = useQuery({
    queryKey: [...queryKeys.groups, 'candidates'],
    queryFn: async ({ signal }): Promise<Candidates> => {
      const page = { query: { limit: choiceLimit }, signal };
      const [users, groups] = await Promise.all([
        api.call(routes.listUsers, page),
        api.call(routes.listGroups, page),
      ]);
      return { users: users.items, groups: groups.items };
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Members of ${group.name}`}>
      <Loaded query={query}>
        {(candidates) => <MembersForm group={group} candidates={candidates} onClose={onClose} />}
      </Loaded>
    </Modal>
  );
}

function MembersForm({
  group,
  candidates,
  onClose,
}: MembersDialogProps & { readonly candidates: Candidates }): ReactNode {
  const [userIds, setUserIds] = useState<string[]>(group.userIds);
  const [groupIds, setGroupIds] = useState<string[]>(group.groupIds);
  const change = useChange(routes.setGroupMembers, { invalidates: [queryKeys.groups], onDone: onClose });
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    change.mutate({ params: { groupId: group.id }, body: groupMembersSchema.parse({ userIds, groupIds }) });
  };
  const shownUsers = new Set<string>(candidates.users.map((user) => user.id));
  const unseen = group.userIds.filter((id) => !shownUsers.has(id));
  return (
    <form onSubmit={onSubmit}>
      <Stack gap="md">
        <MultiSelect
          label="Users"
          placeholder="Add a user"
          searchable
          limit={100}
          data={candidates.users.map(({ id, userName, displayName }) => ({
            value: id,
            label: displayName === userName ? userName : `${displayName} (${userName})`,
          }))}
          value={userIds.filter((id) => shownUsers.has(id))}
          onChange={(chosen) => setUserIds([...chosen, ...unseen])}
          description={unseen.length > 0 ? `and ${unseen.length} more that are not shown` : undefined}
        />
        <MultiSelect
          label="Groups inside this one"
          placeholder="Add a group"
          searchable
          data={candidates.groups
            .filter((each) => each.id !== group.id)
            .map(({ id, name }) => ({ value: id, label: name }))}
          value={groupIds}
          onChange={setGroupIds}
        />
        {change.error ? <ProblemAlert error={change.error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={change.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

import { routes } from '@carrel/contract';
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queryKeys, useApi } from '../api/index.ts';

const searchDelayMs = 200;
const usersShown = 50;
const groupsLimit = 1000;

export interface PrincipalChoiceProps {
  /** `user:ID` or `group:ID`; `null` while nothing is chosen. */
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
  readonly error: string | undefined;
}

/** Chooses a user or a group; users are searched on the server, since there may be many. */
export function PrincipalChoice({ value, onChange, error }: PrincipalChoiceProps): ReactNode {
  const api = useApi();
  const [search, setSearch] = useState('');
  const [settled] = useDebouncedValue(search.trim(), searchDelayMs);
  const users = useQuery({
    queryKey: [...queryKeys.users, 'search', settled],
    queryFn: ({ signal }) =>
      api.call(routes.listUsers, {
        query: settled === '' ? { limit: usersShown } : { search: settled, limit: usersShown },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
  const groups = useQuery({
    queryKey: [...queryKeys.groups, 'names'],
    queryFn: ({ signal }) => api.call(routes.listGroups, { query: { limit: groupsLimit }, signal }),
  });
  const failure = users.error ?? groups.error;
  return (
    <Select
      label="User or group"
      placeholder="Type a name"
      searchable
      searchValue={search}
      onSearchChange={setSearch}
      value={value}
      onChange={onChange}
      error={error ?? failure?.message}
      nothingFoundMessage={users.isPending || groups.isPending ? 'Searching…' : 'Nobody of that name.'}
      maxDropdownHeight={280}
      data-autofocus
      data={[
        {
          group: 'Groups',
          items: (groups.data?.items ?? []).map(({ id, name }) => ({ value: `group:${id}`, label: name })),
        },
        {
          group: 'Users',
          items: (users.data?.items ?? []).map(({ id, userName, displayName }) => ({
            value: `user:${id}`,
            label: displayName === userName ? userName : `${displayName} (${userName})`,
          })),
        },
      ]}
    />
  );
}

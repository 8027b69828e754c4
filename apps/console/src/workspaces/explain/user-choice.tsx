import { routes } from '@carrel/contract';
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queryKeys, useApi } from '../../api/index.ts';

const searchDelayMs = 200;
const usersShown = 50;

export interface UserChoiceProps {
  readonly label: string;
  readonly description?: string;
  readonly value: string | null;
  readonly onChange: (userId: string | null) => void;
}

/** Chooses a user, searched on the server. */
export function UserChoice({ label, description, value, onChange }: UserChoiceProps): ReactNode {
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
  return (
    <Select
      label={label}
      description={description}
      placeholder="Type a name"
      searchable
      clearable
      searchValue={search}
      onSearchChange={setSearch}
      value={value}
      onChange={onChange}
      error={users.error?.message}
      nothingFoundMessage={users.isPending ? 'Searching…' : 'Nobody of that name.'}
      maxDropdownHeight={280}
      maw={420}
      data={(users.data?.items ?? []).map(({ id, userName, displayName }) => ({
        value: id,
        label: displayName === userName ? userName : `${displayName} (${userName})`,
      }))}
    />
  );
}

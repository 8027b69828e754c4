import { routes } from '@carrel/contract';
import { Loader, Select, VisuallyHidden } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { describeError } from '../ui/index.ts';
import classes from './principal-choice.module.css';
import {
  importOf,
  knownOption,
  type PrincipalOption,
  principalSections,
  searchStatus,
} from './principal-sections.ts';
import { useDirectorySearch } from './use-directory-search.ts';
import { useKnownPrincipals } from './use-known-principals.ts';

export interface PrincipalChoiceProps {
  /** `user:ID` or `group:ID`; `null` while nothing is chosen. */
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
  readonly error: string | undefined;
}

/**
 * Chooses a user or a group: those known here, and for a typed name also those of directories, who become known by
 * being chosen.
 */
export function PrincipalChoice({ value, onChange, error }: PrincipalChoiceProps): ReactNode {
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<PrincipalOption>();
  const typed = search.trim() === chosen?.label ? '' : search.trim();
  const known = useKnownPrincipals(typed);
  const directories = useDirectorySearch(typed);
  const choose = (option: PrincipalOption | undefined): void => {
    setChosen(option);
    onChange(option?.value ?? null);
  };
  const learn = useChange(routes.importPrincipal, {
    invalidates: [queryKeys.users, queryKeys.groups, queryKeys.directories],
    onDone: (principal) => {
      const option = knownOption(principal);
      // Its name is in the field at once, whatever was typed to find it.
      setSearch(option?.label ?? '');
      choose(option);
    },
  });
  const onSelect = (next: string | null, option: PrincipalOption | null): void => {
    learn.reset();
    const wanted = next === null ? undefined : importOf(next);
    if (!wanted) {
      choose(option ?? undefined);
      return;
    }
    const { directoryId, ...body } = wanted;
    learn.mutate({ params: { directoryId }, body });
  };
  const sections = principalSections({ search: typed, ...known, chosen, directories });
  const failure = learn.error ?? known.error;
  return (
    <>
      <Select
        label="User or group"
        placeholder="Type a name"
        searchable
        searchValue={search}
        onSearchChange={setSearch}
        value={value}
        onChange={onSelect}
        readOnly={learn.isPending}
        rightSection={learn.isPending ? <Loader size="xs" aria-label="Making them known here" /> : undefined}
        error={failure ? sentencesOf(failure) : error}
        nothingFoundMessage={known.isPending ? 'Searching…' : 'Nobody of that name.'}
        maxDropdownHeight={280}
        classNames={{ option: classes.option ?? '' }}
        data-autofocus
        // What is shown was picked for the text already; directories match more than the names shown.
        filter={({ options }) => options}
        data={sections.map(({ group, items }) => ({ group, items: [...items] }))}
      />
      <VisuallyHidden role="status">{searchStatus(directories)}</VisuallyHidden>
    </>
  );
}

function sentencesOf(failure: Error): string {
  const { message, remedy } = describeError(failure);
  return `${message} ${remedy}`;
}

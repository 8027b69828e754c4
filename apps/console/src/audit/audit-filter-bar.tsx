import { routes } from '@carrel/contract';
import { Autocomplete, Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { DelayedText } from '../ui/index.ts';
import type { AuditFilters } from './audit-filters.ts';

const outcomes = [
  { value: 'done', label: 'Done' },
  { value: 'denied', label: 'Denied' },
  { value: 'failed', label: 'Failed' },
] as const;
const typingDelayMs = 300;
const actions = Object.values(routes)
  .filter((route) => route.method !== 'GET')
  .map((route) => route.id)
  .toSorted();

export interface AuditFilterBarProps {
  readonly filters: AuditFilters;
  readonly onChange: (filters: AuditFilters) => void;
}

/** Narrows the audit log on the server. */
export function AuditFilterBar({ filters, onChange }: AuditFilterBarProps): ReactNode {
  const isNarrowed = Object.values(filters).some((value) => value !== undefined);
  const settleAction = useDebouncedCallback(
    (action: string) => onChange({ ...filters, action: action === '' ? undefined : action }),
    typingDelayMs,
  );
  return (
    <Group gap="xs" role="search" aria-label="Filter the audit log">
      <DelayedText label="Who" value={filters.actor} onChange={(actor) => onChange({ ...filters, actor })} />
      <Autocomplete
        key={filters.action ?? ''}
        aria-label="Action"
        placeholder="Action"
        w={190}
        data={actions}
        limit={30}
        defaultValue={filters.action ?? ''}
        onChange={settleAction}
      />
      <DelayedText
        label="Target"
        value={filters.target}
        onChange={(target) => onChange({ ...filters, target })}
      />
      <Select
        aria-label="Outcome"
        placeholder="Any outcome"
        data={outcomes}
        clearable
        clearButtonProps={{ 'aria-label': 'Any outcome' }}
        w={150}
        value={filters.outcome ?? null}
        onChange={(value) => onChange({ ...filters, outcome: value ?? undefined })}
      />
      <TextInput
        type="date"
        aria-label="From day"
        value={filters.from ?? ''}
        onChange={(event) => onChange({ ...filters, from: event.currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        aria-label="To day"
        value={filters.to ?? ''}
        onChange={(event) => onChange({ ...filters, to: event.currentTarget.value || undefined })}
      />
      {isNarrowed ? (
        <Button variant="subtle" onClick={() => onChange({})}>
          Clear
        </Button>
      ) : null}
    </Group>
  );
}

import { Group, Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { DelayedText } from '../ui/index.ts';
import type { DeviceFilters } from './device-filters.ts';

const states = [
  { value: 'pending', label: 'Waits for approval' },
  { value: 'active', label: 'Active' },
  { value: 'revoked', label: 'Revoked' },
] as const;
const contacts = [
  { value: 'true', label: 'Online' },
  { value: 'false', label: 'Offline' },
] as const;

export interface DeviceFilterBarProps {
  readonly filters: DeviceFilters;
  readonly onChange: (filters: DeviceFilters) => void;
}

/** Narrows the list of devices on the server. */
export function DeviceFilterBar({ filters, onChange }: DeviceFilterBarProps): ReactNode {
  return (
    <Group gap="xs" role="search" aria-label="Filter devices">
      <DelayedText
        label="Name, note or tag"
        width={180}
        value={filters.search}
        onChange={(search) => onChange({ ...filters, search })}
      />
      <Select
        aria-label="State"
        placeholder="Any state"
        data={states}
        clearable
        clearButtonProps={{ 'aria-label': 'Any state' }}
        w={180}
        value={filters.state ?? null}
        onChange={(value) => onChange({ ...filters, state: value ?? undefined })}
      />
      <Select
        aria-label="Contact"
        placeholder="Any contact"
        data={contacts}
        clearable
        clearButtonProps={{ 'aria-label': 'Any contact' }}
        w={150}
        value={filters.isOnline ?? null}
        onChange={(value) => onChange({ ...filters, isOnline: value ?? undefined })}
      />
    </Group>
  );
}

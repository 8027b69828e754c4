import { type EventCode, eventCatalogue } from '@carrel/contract';
import { Button, Group, Select } from '@mantine/core';
import { IconDeviceLaptop, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { DelayedText } from '../ui/index.ts';
import { definedFilters, type EventFilters } from './event-filters.ts';

const severities = [
  { value: 'information', label: 'Information' },
  { value: 'warning', label: 'Warning' },
  { value: 'error', label: 'Error' },
] as const;
const codes = (Object.keys(eventCatalogue) as EventCode[]).map((code) => ({
  value: code,
  label: `${code} · ${eventCatalogue[code].template}`,
}));

export interface EventFilterBarProps {
  readonly filters: EventFilters;
  readonly onChange: (filters: EventFilters) => void;
}

/** Narrows the list of events. */
export function EventFilterBar({ filters, onChange }: EventFilterBarProps): ReactNode {
  const isNarrowed = Object.keys(definedFilters(filters)).length > 0;
  const severity = severities.find((each) => each.value === filters.severity)?.value ?? null;
  return (
    <Group gap="xs" role="search" aria-label="Filter events">
      <Select
        aria-label="Severity"
        placeholder="Any severity"
        data={severities}
        clearable
        clearButtonProps={{ 'aria-label': 'Any severity' }}
        w={160}
        value={severity}
        onChange={(value) => onChange({ ...filters, severity: value ?? undefined })}
      />
      <Select
        aria-label="Code"
        placeholder="Any code"
        data={codes}
        clearable
        clearButtonProps={{ 'aria-label': 'Any code' }}
        searchable
        w={170}
        comboboxProps={{ width: 420, position: 'bottom-start' }}
        value={filters.code ?? null}
        onChange={(value) =>
          onChange({ ...filters, code: codes.find((each) => each.value === value)?.value })
        }
      />
      <DelayedText label="User" value={filters.user} onChange={(user) => onChange({ ...filters, user })} />
      <DelayedText
        label="Computer"
        value={filters.hostName}
        onChange={(hostName) => onChange({ ...filters, hostName })}
      />
      {filters.deviceId === undefined ? null : (
        <Button
          variant="light"
          leftSection={<IconDeviceLaptop size={16} aria-hidden />}
          rightSection={<IconX size={14} aria-hidden />}
          aria-label="Show events of every device"
          onClick={() => onChange({ ...filters, deviceId: undefined })}
        >
          One device
        </Button>
      )}
      {isNarrowed ? (
        <Button variant="subtle" onClick={() => onChange({})}>
          Clear
        </Button>
      ) : null}
    </Group>
  );
}

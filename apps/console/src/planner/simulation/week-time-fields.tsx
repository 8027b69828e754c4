import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { dayHours, type WeekTime, weekDays } from './week-time.ts';

export interface WeekTimeFieldsProps {
  /** What happens on that day. */
  readonly label: string;
  readonly value: WeekTime;
  readonly onChange: (value: WeekTime) => void;
}

/** A day of the week and an hour. */
export function WeekTimeFields({ label, value, onChange }: WeekTimeFieldsProps): ReactNode {
  return (
    <>
      <Select
        label={label}
        w={130}
        allowDeselect={false}
        data={weekDays}
        value={value.day}
        onChange={(day) => onChange({ ...value, day: day ?? value.day })}
      />
      <Select
        label="At (UTC)"
        w={100}
        allowDeselect={false}
        data={dayHours}
        value={value.hour}
        onChange={(hour) => onChange({ ...value, hour: hour ?? value.hour })}
      />
    </>
  );
}

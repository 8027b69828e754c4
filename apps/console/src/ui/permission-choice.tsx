import { type Permission, permissions } from '@carrel/contract';
import { Checkbox, SimpleGrid } from '@mantine/core';
import type { ReactNode } from 'react';
import { permissionWords } from './permission-words.ts';

export interface PermissionChoiceProps {
  readonly label: string;
  readonly description?: string;
  readonly value: readonly string[];
  readonly onChange: (permissions: string[]) => void;
  readonly error?: ReactNode;
  /** Those that can be chosen; all where it is absent. */
  readonly offered?: readonly Permission[];
}

/** Chooses what somebody or something may do. */
export function PermissionChoice(props: PermissionChoiceProps): ReactNode {
  const offered = permissions.filter((permission) => props.offered?.includes(permission) ?? true);
  return (
    <Checkbox.Group
      label={props.label}
      description={props.description}
      error={props.error}
      value={[...props.value]}
      onChange={props.onChange}
    >
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" my={8}>
        {offered.map((permission) => (
          <Checkbox key={permission} value={permission} label={permissionWords[permission]} />
        ))}
      </SimpleGrid>
    </Checkbox.Group>
  );
}

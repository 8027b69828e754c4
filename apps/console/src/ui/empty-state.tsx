import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

export interface EmptyStateProps {
  readonly icon: ReactNode;
  readonly title: string;
  /** How the first one comes to be. */
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** Shown where a list would be: says how the next step is taken. */
export function EmptyState({ icon, title, children, action }: EmptyStateProps): ReactNode {
  return (
    <Stack align="center" gap="sm" className={classes.root}>
      <div className={classes.icon} aria-hidden>
        {icon}
      </div>
      <Title order={2} fz="lg" fw={620}>
        {title}
      </Title>
      <Text c="dimmed" size="sm" component="div" className={classes.text}>
        {children}
      </Text>
      {action}
    </Stack>
  );
}

import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './card.module.css';

export interface CardProps {
  readonly title?: string;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** The content reaches the card's edges, as tables do. */
  readonly flush?: boolean;
}

/** A titled surface; the title is a heading of the second rank. */
export function Card({ title, description, actions, children, flush = false }: CardProps): ReactNode {
  return (
    <section className={classes.card}>
      {title === undefined ? null : (
        <Group className={classes.head} justify="space-between" align="center" gap="sm">
          <Stack gap={0}>
            <Title order={2} fz="md" lh="22px" fw={620}>
              {title}
            </Title>
            {description === undefined ? null : (
              <Text size="sm" c="dimmed" component="div">
                {description}
              </Text>
            )}
          </Stack>
          {actions}
        </Group>
      )}
      <div className={flush ? undefined : classes.body}>{children}</div>
    </section>
  );
}

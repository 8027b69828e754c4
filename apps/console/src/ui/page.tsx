import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { IconChevronLeft } from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';

export interface PageProps {
  readonly title: string;
  readonly description?: ReactNode;
  /** The list this page belongs to. */
  readonly parent?: { readonly label: string; readonly to: LinkProps['to'] };
  readonly badge?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** Frame of every room: its one first-rank heading, what can be done, and the content. */
export function Page({ title, description, parent, badge, actions, children }: PageProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · Carrel`;
  }, [title]);
  return (
    <Stack gap="lg" maw={1240} mx="auto" w="100%">
      <Group justify="space-between" align="flex-start" gap="md" wrap="wrap">
        <Stack gap={2} flex="1 1 280px" miw={0}>
          {parent === undefined ? null : (
            <Group gap={4} component="nav" aria-label="Breadcrumb">
              <IconChevronLeft size={15} aria-hidden color="var(--mantine-color-dimmed)" />
              <Anchor component={Link} to={parent.to ?? '/'} size="sm" fw={500}>
                {parent.label}
              </Anchor>
            </Group>
          )}
          <Group gap="sm" align="center">
            <Title order={1} style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            {badge}
          </Group>
          {description === undefined ? null : (
            <Text c="dimmed" size="sm" maw={720} component="div">
              {description}
            </Text>
          )}
        </Stack>
        {actions === undefined ? null : <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}

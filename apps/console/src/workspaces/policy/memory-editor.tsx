import { defaultMemoryTable } from '@carrel/contract';
import { ActionIcon, Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { IconArrowRight, IconPlus, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { usePolicyEditing } from './policy-editing.ts';
import { settingAt } from './policy-settings.ts';
import classes from './rows.module.css';

/** How much memory the guest gets on a computer of a given size. */
export function MemoryEditor({ path }: { readonly path: string }): ReactNode {
  const { form, isReadOnly } = usePolicyEditing();
  const rows = form.values.policy.performance.memoryTable;
  const tableError = form.errors[path];
  return (
    <Stack gap="md" maw={560}>
      <Text size="xs" c="dimmed">
        {settingAt('performance.memoryTable').description} The row with the most memory that the computer has
        applies.
      </Text>
      <div className={classes.rows}>
        {rows.map((_, index) => (
          <div className={classes.memoryRow} key={index}>
            <NumberInput
              aria-label={`Row ${index + 1}: computer has at least`}
              suffix=" MiB"
              leftSection={<Text size="xs">≥</Text>}
              allowDecimal={false}
              thousandSeparator
              hideControls
              readOnly={isReadOnly}
              {...form.getInputProps(`${path}.${index}.hostMiB`)}
            />
            <IconArrowRight size={18} aria-hidden className={classes.arrow} />
            <NumberInput
              aria-label={`Row ${index + 1}: guest gets`}
              suffix=" MiB"
              allowDecimal={false}
              thousandSeparator
              hideControls
              readOnly={isReadOnly}
              {...form.getInputProps(`${path}.${index}.guestMiB`)}
            />
            {isReadOnly ? (
              <span />
            ) : (
              <ActionIcon
                mt={4}
                aria-label={`Remove row ${index + 1}`}
                onClick={() => form.removeListItem(path, index)}
              >
                <IconX size={16} />
              </ActionIcon>
            )}
          </div>
        ))}
      </div>
      {tableError === undefined ? null : (
        <Text size="sm" c="var(--mantine-color-error)">
          {tableError}
        </Text>
      )}
      {isReadOnly ? null : (
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => form.insertListItem(path, { hostMiB: '', guestMiB: '' })}
          >
            Add a row
          </Button>
          <Button
            size="xs"
            variant="subtle"
            onClick={() => form.setFieldValue(path, structuredClone(defaultMemoryTable))}
          >
            Use the default table
          </Button>
        </Group>
      )}
    </Stack>
  );
}

import { changeDeviceSchema, type Device, routes } from '@carrel/contract';
import { Button, Group, Stack, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { Card, Facts, fieldErrors, ProblemAlert, StatusBadge, useSchemaForm } from '../ui/index.ts';

export interface DeviceNotesCardProps {
  readonly device: Device;
  readonly mayManage: boolean;
}

type NotesValues = { name: string; notes: string; tags: string[] };

/** What administrators call a device and note about it. */
export function DeviceNotesCard({ device, mayManage }: DeviceNotesCardProps): ReactNode {
  return (
    <Card title="Notes">
      {mayManage ? (
        <NotesForm key={`${device.name ?? ''}|${device.notes}|${device.tags.join()}`} device={device} />
      ) : (
        <Notes device={device} />
      )}
    </Card>
  );
}

function NotesForm({ device }: { readonly device: Device }): ReactNode {
  const form = useSchemaForm<NotesValues>({
    initialValues: { name: device.name ?? '', notes: device.notes, tags: [...device.tags] },
    errorsOf: (values) => fieldErrors(changeDeviceSchema, inputOf(values)),
  });
  const change = useChange(routes.changeDevice, { invalidates: [queryKeys.devices] });
  const onSubmit = form.onSubmit((values) =>
    change.mutate({ params: { deviceId: device.id }, body: changeDeviceSchema.parse(inputOf(values)) }),
  );
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md" maw={640}>
        <TextInput
          label="Name"
          placeholder={device.inventory.hostName}
          description="Empty: its host name"
          {...form.getInputProps('name')}
        />
        <TagsInput label="Tags" acceptValueOnBlur {...form.getInputProps('tags')} />
        <Textarea label="Notes" autosize minRows={2} {...form.getInputProps('notes')} />
        {change.error ? <ProblemAlert error={change.error} /> : null}
        {form.isDirty() ? (
          <Group gap="xs">
            <Button type="submit" loading={change.isPending}>
              Save
            </Button>
            <Button variant="default" onClick={form.reset}>
              Discard
            </Button>
          </Group>
        ) : null}
      </Stack>
    </form>
  );
}

function Notes({ device }: { readonly device: Device }): ReactNode {
  if (device.notes === '' && device.tags.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing is noted.
      </Text>
    );
  }
  const tags = (
    <Group gap={4}>
      {device.tags.map((tag) => (
        <StatusBadge key={tag} tone="neutral" plain>
          {tag}
        </StatusBadge>
      ))}
    </Group>
  );
  return (
    <Facts
      facts={[
        { label: 'Tags', value: device.tags.length === 0 ? 'none' : tags },
        { label: 'Notes', value: device.notes === '' ? 'none' : device.notes },
      ]}
    />
  );
}

function inputOf({ name, notes, tags }: NotesValues): unknown {
  return { name: name.trim() === '' ? null : name.trim(), notes, tags };
}

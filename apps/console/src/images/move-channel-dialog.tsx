import { channelNameSchema, type Image, type ImageVersion, routes } from '@carrel/contract';
import { Alert, Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { fieldErrors, formatDate, Loaded, ProblemAlert } from '../ui/index.ts';
import { usePublishedVersions } from './image-queries.ts';

/** Which channel is moved, and where to when that is known already. */
export type MoveChannelTarget =
  | { readonly kind: 'new'; readonly versionNumber?: number }
  | { readonly kind: 'existing'; readonly name: string; readonly versionNumber?: number };

export interface MoveChannelDialogProps {
  readonly image: Image;
  readonly target: MoveChannelTarget;
  readonly onClose: () => void;
}

/** Points a channel at a version: promotion, or roll back when the version is older. Mount it to open it. */
export function MoveChannelDialog({ image, target, onClose }: MoveChannelDialogProps): ReactNode {
  const versions = usePublishedVersions(image.id);
  return (
    <Modal opened onClose={onClose} title={target.kind === 'new' ? 'New channel' : `Move ${target.name}`}>
      <Loaded query={versions}>
        {(published) => <MoveForm image={image} target={target} published={published} onClose={onClose} />}
      </Loaded>
    </Modal>
  );
}

function MoveForm({
  image,
  target,
  published,
  onClose,
}: MoveChannelDialogProps & { readonly published: readonly ImageVersion[] }): ReactNode {
  const [newName, setNewName] = useState('');
  const [chosen, setChosen] = useState<number | undefined>(target.versionNumber);
  const [nameError, setNameError] = useState<string>();
  const name = target.kind === 'new' ? newName.trim() : target.name;
  const current = image.channels.find((channel) => channel.name === name);
  const [seenRevision, setSeenRevision] = useState(current?.revision ?? 0);
  const movedMeanwhile =
    target.kind === 'existing' && current !== undefined && current.revision !== seenRevision;
  const move = useChange(routes.moveChannel, { invalidates: [queryKeys.images], onDone: onClose });
  const isRollBack = current !== undefined && chosen !== undefined && chosen < current.versionNumber;
  const isSame = current !== undefined && chosen === current.versionNumber;
  const onGoOn = (): void => {
    setSeenRevision(current?.revision ?? 0);
    move.reset();
  };
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const fault = Object.values(fieldErrors(channelNameSchema, name))[0];
    setNameError(fault);
    if (fault !== undefined || chosen === undefined || isSame) return;
    move.mutate({
      params: { imageId: image.id, channel: name },
      body: { versionNumber: chosen },
      revision: target.kind === 'new' ? 0 : seenRevision,
    });
  };
  return (
    <form onSubmit={onSubmit}>
      <Stack gap="md">
        {target.kind === 'new' ? (
          <TextInput
            label="Name"
            description="For example test, pilot or production"
            value={newName}
            onChange={(event) => setNewName(event.currentTarget.value)}
            error={nameError}
            data-autofocus
          />
        ) : (
          <Text size="sm">
            <b>{target.name}</b> points at version {current?.versionNumber ?? 'none'} now.
          </Text>
        )}
        <Select
          label="Version"
          placeholder="Choose a published version"
          data={published.map((version) => ({ value: String(version.number), label: labelOf(version) }))}
          value={chosen === undefined ? null : String(chosen)}
          onChange={(value) => setChosen(value === null ? undefined : Number(value))}
          allowDeselect={false}
          nothingFoundMessage="No version is published."
          searchable={published.length > 12}
        />
        <Text size="sm" c="dimmed">
          Computers take the version at the next start of the workspace; running ones go on undisturbed.
        </Text>
        {movedMeanwhile ? (
          <Alert
            color="yellow"
            variant="outline"
            title={`${current.updatedBy} moved ${name} in the meantime`}
          >
            <Text size="sm" mb="xs">
              It points at version {current.versionNumber} now.
            </Text>
            <Button size="xs" variant="default" onClick={onGoOn}>
              Go on from there
            </Button>
          </Alert>
        ) : move.error ? (
          <ProblemAlert error={move.error} />
        ) : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            color={isRollBack ? 'orange.9' : 'iris'}
            loading={move.isPending}
            disabled={chosen === undefined || isSame || name === '' || movedMeanwhile}
          >
            {actionLabel(target.kind === 'new', isRollBack, chosen)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function actionLabel(isNew: boolean, isRollBack: boolean, chosen: number | undefined): string {
  if (isNew) return 'Make channel';
  const to = chosen === undefined ? '' : ` to v${chosen}`;
  return isRollBack ? `Roll back${to}` : `Promote${to}`;
}

function labelOf(version: ImageVersion): string {
  const note = version.notes === '' ? formatDate(version.createdAt) : version.notes;
  return `v${version.number} · ${note.length > 50 ? `${note.slice(0, 49)}…` : note}`;
}

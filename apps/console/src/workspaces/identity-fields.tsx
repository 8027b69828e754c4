import type { Image } from '@carrel/contract';
import { Autocomplete, Select, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { WorkspaceForm } from './form-values.ts';
import classes from './identity-fields.module.css';
import { workspaceLabels } from './labels.ts';

export interface IdentityFieldsProps {
  readonly form: WorkspaceForm;
  readonly isReadOnly: boolean;
  readonly images: readonly Image[];
}

/** What the workspace is called and which image it runs. */
export function IdentityFields({ form, isReadOnly, images }: IdentityFieldsProps): ReactNode {
  const image = images.find((each) => each.id === form.values.imageId);
  const pointedAt = image?.channels.find((channel) => channel.name === form.values.channel);
  return (
    <div className={classes.fields}>
      <TextInput
        label={workspaceLabels.name}
        description="People see it on their computers."
        readOnly={isReadOnly}
        {...form.getInputProps('name')}
      />
      <Textarea
        label={workspaceLabels.description}
        autosize
        minRows={2}
        readOnly={isReadOnly}
        {...form.getInputProps('description')}
      />
      <div className={classes.grid}>
        <Select
          label={workspaceLabels.imageId}
          placeholder={images.length === 0 ? 'No image is published yet' : 'Choose an image'}
          data={images.map(({ id, name }) => ({ value: id, label: name }))}
          searchable
          allowDeselect={false}
          readOnly={isReadOnly}
          {...form.getInputProps('imageId')}
        />
        <Autocomplete
          label={workspaceLabels.channel}
          data={image?.channels.map((channel) => channel.name) ?? []}
          readOnly={isReadOnly}
          {...form.getInputProps('channel')}
          description={
            pointedAt
              ? `Points at version ${pointedAt.versionNumber} now.`
              : image
                ? 'This channel does not exist yet.'
                : undefined
          }
        />
      </div>
    </div>
  );
}

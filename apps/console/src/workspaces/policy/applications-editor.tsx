import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { ListEditor, newEntry } from '../../schema-fields/index.ts';
import { StatusBadge } from '../../ui/index.ts';
import { EntryFields } from './entry-fields.tsx';
import { usePolicyEditing } from './policy-editing.ts';
import { entrySettings } from './policy-settings.ts';

const applicationSettings = entrySettings('applications.applications');
const menuSettings = entrySettings('applications.menus');

const publishedSchema = z.object({
  name: z.string(),
  isEnabled: z.boolean(),
  command: z.string().optional(),
  folder: z.string().optional(),
  startsWithWorkspace: z.boolean().optional(),
});

/** The applications of the guest that people start from the computer. */
export function ApplicationsEditor({ path }: { readonly path: string }): ReactNode {
  const editing = usePolicyEditing();
  return (
    <ListEditor
      {...editing}
      path={path}
      label="Published applications"
      addLabel="Add an application"
      kinds={[{ label: 'Application', make: () => newEntry(applicationSettings) }]}
      isOrdered
      summary={publishedSummary}
      nameOf={(entry, index) => nameOf(entry, `application ${index + 1}`)}
      empty="None yet. With none, people work on the whole desktop or in published menus."
    >
      {(entryPath) => (
        <EntryFields list="applications.applications" entryPath={entryPath} settings={applicationSettings} />
      )}
    </ListEditor>
  );
}

/** The folders of the guest's start menu that appear in the computer's. */
export function MenusEditor({ path }: { readonly path: string }): ReactNode {
  const editing = usePolicyEditing();
  return (
    <ListEditor
      {...editing}
      path={path}
      label="Published menus"
      addLabel="Add a menu"
      kinds={[{ label: 'Menu', make: () => newEntry(menuSettings) }]}
      isOrdered
      summary={publishedSummary}
      nameOf={(entry, index) => nameOf(entry, `menu ${index + 1}`)}
      empty="None yet."
    >
      {(entryPath) => <EntryFields list="applications.menus" entryPath={entryPath} settings={menuSettings} />}
    </ListEditor>
  );
}

function publishedSummary(entry: unknown): ReactNode {
  const { name, isEnabled, command, folder, startsWithWorkspace } = publishedSchema.parse(entry);
  return (
    <>
      <Text span size="sm" fw={600}>
        {name === '' ? 'New' : name}
      </Text>
      <Text span size="xs" c="dimmed" className="mono">
        {command ?? folder}
      </Text>
      {startsWithWorkspace === true ? (
        <StatusBadge tone="info" plain>
          starts with the workspace
        </StatusBadge>
      ) : null}
      {isEnabled ? null : (
        <StatusBadge tone="neutral" plain>
          not published
        </StatusBadge>
      )}
    </>
  );
}

function nameOf(entry: unknown, otherwise: string): string {
  const { name } = publishedSchema.parse(entry);
  return name === '' ? otherwise : name;
}

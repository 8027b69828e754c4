import { TagsInput, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { ListEditor, newEntry, type SettingNode, valueAt } from '../../schema-fields/index.ts';
import { EntryFields } from './entry-fields.tsx';
import { actionLabels, entryWords } from './entry-words.ts';
import { usePolicyEditing } from './policy-editing.ts';
import { actionSettings, entrySettings } from './policy-settings.ts';
import { SecretField } from './secret-field.tsx';

const list = 'vmSetup.actions';
const domainSettings = entrySettings('vmSetup.domainNames');

const actionSchema = z.object({
  kind: z.string(),
  name: z.string().nullable(),
  address: z.string().optional(),
  port: z.union([z.number(), z.string()]).optional(),
  domain: z.string().nullable().optional(),
  path: z.string().optional(),
  arguments: z.array(z.string()).optional(),
});

/** What is done in a guest before people use it, in order. */
export function SetupActionsEditor({ path }: { readonly path: string }): ReactNode {
  const editing = usePolicyEditing();
  return (
    <ListEditor
      {...editing}
      path={path}
      label="Set-up actions"
      addLabel="Add an action"
      kinds={[...actionSettings].map(([kind, settings]) => ({
        label: actionLabels[kind] ?? kind,
        make: () => newEntry(settings, { kind }),
      }))}
      isOrdered
      summary={ActionSummary}
      nameOf={(entry, index) => `action ${index + 1}, ${labelOf(entry)}`}
      empty="None yet. A usual set-up renames the guest, restarts it, waits for the domain controller, joins the domain and turns automatic sign-in off."
    >
      {(entryPath, entry) => (
        <EntryFields
          list={list}
          entryPath={entryPath}
          settings={actionSettings.get(actionSchema.parse(entry).kind) ?? new Map<string, SettingNode>()}
          fields={{
            secret: (fieldPath, node) => (
              <SecretField path={fieldPath} node={node} words={wordsOf('secret')} />
            ),
            inputSecret: (fieldPath, node) => (
              <SecretField path={fieldPath} node={node} words={wordsOf('inputSecret')} />
            ),
            successCodes: (fieldPath, node) => <CodesField path={fieldPath} node={node} />,
          }}
        />
      )}
    </ListEditor>
  );
}

/** Full names of domains by their short ones. */
export function DomainNamesEditor({ path }: { readonly path: string }): ReactNode {
  const editing = usePolicyEditing();
  return (
    <ListEditor
      {...editing}
      path={path}
      label="Domain names"
      addLabel="Add a domain"
      kinds={[{ label: 'Domain', make: () => newEntry(domainSettings) }]}
      summary={(entry) => `${textAt(entry, 'netBiosName')} is ${textAt(entry, 'dnsName')}`}
      nameOf={(entry, index) => textAt(entry, 'netBiosName') || `domain ${index + 1}`}
      empty="None. Needed only to join the domain of whoever signed in with a short name."
    >
      {(entryPath) => (
        <EntryFields list="vmSetup.domainNames" entryPath={entryPath} settings={domainSettings} />
      )}
    </ListEditor>
  );
}

function ActionSummary(entry: unknown): ReactNode {
  const action = actionSchema.parse(entry);
  const about =
    action.address === undefined
      ? (action.domain ??
        [action.path, ...(action.arguments ?? [])].filter((word) => word !== undefined).join(' '))
      : action.address === ''
        ? ''
        : `${action.address}:${action.port ?? ''}`;
  return (
    <>
      <Text span size="sm" fw={600}>
        {labelOf(entry)}
      </Text>
      <Text span size="xs" c="dimmed" className="mono">
        {about}
      </Text>
    </>
  );
}

/** Exit codes: numbers, written as tags. */
function CodesField({ path, node }: { readonly path: string; readonly node: SettingNode }): ReactNode {
  const { form, isReadOnly } = usePolicyEditing();
  const value = valueAt(form.values, path);
  return (
    <TagsInput
      label={wordsOf('successCodes').label}
      description={node.description}
      readOnly={isReadOnly}
      acceptValueOnBlur
      {...form.getInputProps(path)}
      value={Array.isArray(value) ? value.map(String) : []}
      onChange={(codes) =>
        form.setFieldValue(
          path,
          codes.map((code) => (/^\d+$/.test(code) ? Number(code) : code)),
        )
      }
    />
  );
}

function wordsOf(field: string): { readonly label: string } {
  return entryWords[list]?.[field] ?? { label: field };
}

function labelOf(entry: unknown): string {
  const { kind } = actionSchema.parse(entry);
  return actionLabels[kind] ?? kind;
}

function textAt(entry: unknown, field: string): string {
  const value = valueAt(entry, field);
  return typeof value === 'string' ? value : '';
}

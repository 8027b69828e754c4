import { newWorkspacePolicySchema } from '@carrel/contract';
import { createWebDecider, type WebDecision } from '@carrel/policy';
import { Text, TextInput } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import { StatusBadge } from '../../ui/index.ts';
import { usePolicyEditing } from './policy-editing.ts';
import classes from './rows.module.css';

const webSchema = newWorkspacePolicySchema.shape.web;

const places = {
  workspace: 'opens in the workspace',
  host: 'opens on the computer',
  unchanged: 'opens where it was asked for',
} as const;

/** Says where an address opens by the rules as they stand in the form, saved or not. */
export function WebTester(): ReactNode {
  const { form } = usePolicyEditing();
  const [address, setAddress] = useState('');
  const { web } = form.values.policy;
  const decide = useMemo(() => {
    const parsed = webSchema.safeParse(web);
    return parsed.success ? createWebDecider(parsed.data) : undefined;
  }, [web]);
  const decision = address.trim() === '' ? undefined : decide?.(address.trim());
  return (
    <div className={classes.tester}>
      <TextInput
        label="Try an address"
        description="By the rules as they stand here, saved or not."
        placeholder="https://intranet.example.com/"
        spellCheck={false}
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value)}
        // Enter here must not save the workspace.
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.preventDefault();
        }}
      />
      <Text size="sm" role="status" component="div">
        {decide ? <Decision decision={decision} /> : 'A rule is not valid yet, so nothing can be tried.'}
      </Text>
    </div>
  );
}

function Decision({ decision }: { readonly decision: WebDecision | undefined }): ReactNode {
  if (decision === undefined) return null;
  return (
    <>
      <StatusBadge tone={decision.opensIn === 'unchanged' ? 'neutral' : 'info'}>
        {places[decision.opensIn]}
      </StatusBadge>{' '}
      {reasonOf(decision)}
    </>
  );
}

function reasonOf({ by }: WebDecision): string {
  switch (by.kind) {
    case 'rule':
      return `by rule ${by.position + 1}`;
    case 'others':
      return 'because no rule fits';
    case 'not-web':
      return 'because it is no web address';
  }
}

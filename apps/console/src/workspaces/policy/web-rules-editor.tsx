import { ActionIcon, Button, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { usePolicyEditing } from './policy-editing.ts';
import classes from './rows.module.css';
import { settingWords } from './setting-words.ts';
import { WebTester } from './web-tester.tsx';

const kinds = {
  'domain-suffix': { label: 'Domain and below', placeholder: 'example.com' },
  'ip-prefix': { label: 'Addresses', placeholder: '10.1 or 10.0.0.0/8' },
  'all-local': { label: 'Names without a dot', placeholder: '' },
  url: { label: 'Address with *', placeholder: 'https://*.example.com/app/*' },
} as const;

/** Rules shown before somebody asks for all of them. */
const rulesShown = 100;

/** The web addresses that open elsewhere than asked, and a way to try one. */
export function WebRulesEditor({ path }: { readonly path: string }): ReactNode {
  const { form, isReadOnly } = usePolicyEditing();
  const [isWhole, setIsWhole] = useState(false);
  const rules = form.values.policy.web.rules;
  const listError = form.errors[path];
  const shown = isWhole ? rules : rules.slice(0, rulesShown);
  const add = (): void => {
    form.insertListItem(path, { kind: 'domain-suffix', value: '' });
    setIsWhole(true);
  };
  return (
    <Stack gap="md">
      <Text size="xs" c="dimmed">
        {settingWords['web.rules']?.description}
      </Text>
      {rules.length === 0 ? null : (
        <div className={classes.rows} role="group" aria-label="Rules">
          {shown.map((_, index) => (
            <RuleRow key={index} path={path} index={index} />
          ))}
        </div>
      )}
      {shown.length < rules.length ? (
        <Button size="xs" variant="subtle" onClick={() => setIsWhole(true)}>
          Show all {rules.length} rules
        </Button>
      ) : null}
      {listError === undefined ? null : (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {listError}
        </Text>
      )}
      {isReadOnly ? null : (
        <Button
          size="xs"
          variant="default"
          style={{ alignSelf: 'flex-start' }}
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={add}
        >
          Add a rule
        </Button>
      )}
      <WebTester />
    </Stack>
  );
}

interface RuleRowProps {
  readonly path: string;
  readonly index: number;
}

function RuleRow({ path, index }: RuleRowProps): ReactNode {
  const { form, isReadOnly } = usePolicyEditing();
  const rule = form.values.policy.web.rules[index];
  if (rule === undefined) return null;
  const rulePath = `${path}.${index}`;
  const { kind } = rule;
  return (
    <div className={classes.ruleRow}>
      <Select
        aria-label={`Rule ${index + 1}: kind`}
        data={Object.entries(kinds).map(([value, { label }]) => ({ value, label }))}
        allowDeselect={false}
        readOnly={isReadOnly}
        {...form.getInputProps(`${rulePath}.kind`)}
        onChange={(next) => {
          form.setFieldValue(`${rulePath}.kind`, next);
          if (next === 'all-local') form.setFieldValue(`${rulePath}.value`, '');
        }}
      />
      <TextInput
        aria-label={`Rule ${index + 1}: value`}
        placeholder={kinds[kind].placeholder}
        disabled={kind === 'all-local' && rule.value === ''}
        readOnly={isReadOnly}
        spellCheck={false}
        {...form.getInputProps(`${rulePath}.value`)}
      />
      {isReadOnly ? (
        <span />
      ) : (
        <ActionIcon
          mt={4}
          aria-label={`Remove rule ${index + 1}`}
          onClick={() => form.removeListItem(path, index)}
        >
          <IconX size={16} />
        </ActionIcon>
      )}
    </div>
  );
}

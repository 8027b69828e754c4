import { Checkbox, TagsInput } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import { type SettingNode, type SettingWords, valueAt } from '../../schema-fields/index.ts';
import { numberText, parseNumberText } from '../editing/number-text.ts';
import { namesOf } from '../editing/plan-draft.ts';
import { isShare } from '../editing/plan-settings.ts';
import { listNamedBy } from '../editing/references.ts';
import type { PlanForm } from '../editing/use-plan-form.ts';
import classes from './inputs.module.css';

export interface ValueInputProps {
  readonly form: PlanForm;
  /** Where the value is in the plan. */
  readonly path: string;
  /** The same without the numbers of rows. */
  readonly fieldPath: string;
  readonly node: SettingNode;
  readonly words: SettingWords;
  /** Names the field for assistive technology where no label stands beside it. */
  readonly label?: string;
  readonly id?: string;
  readonly describedBy?: string | undefined;
  readonly onFocus?: () => void;
  readonly onBlur?: () => void;
}

/** Most names of a list that a field offers while somebody types. */
const offeredNames = 200;

/** The field of one value of a plan, by what the planner's schema says of it. */
export function ValueInput(props: ValueInputProps): ReactNode {
  switch (props.node.kind) {
    case 'switch':
      return <SwitchInput {...props} />;
    case 'choice':
      return <ChoiceInput {...props} />;
    case 'texts':
      return <TextsInput {...props} />;
    case 'number':
    case 'text':
      return <TextInput {...props} />;
    case 'list':
      return null;
  }
}

function shared({ form, path, label, id, describedBy, onFocus, onBlur }: ValueInputProps) {
  const isWrong = form.faults.get(path)?.some(({ severity }) => severity === 'error') ?? false;
  return {
    ...(label === undefined ? {} : { 'aria-label': label }),
    ...(id === undefined ? {} : { id }),
    ...(describedBy === undefined ? {} : { 'aria-describedby': describedBy }),
    'aria-invalid': isWrong || undefined,
    onFocus,
    onBlur,
  };
}

/** What an emptied field means: none, the default, or that something is missing. */
function emptyValue(node: SettingNode): unknown {
  if (node.isNullable) return null;
  return node.default === undefined ? '' : undefined;
}

function placeholderOf(node: SettingNode, words: SettingWords): string | undefined {
  if (words.placeholder !== undefined) return words.placeholder;
  const isPlain = typeof node.default === 'number' || typeof node.default === 'string';
  if (!isPlain || node.default === '') return node.isNullable ? 'none' : undefined;
  return node.kind === 'number' ? numberText(node.default, node) : String(node.default);
}

/** Text and numbers; what is being typed stays as typed until the field is left. */
function TextInput(props: ValueInputProps): ReactNode {
  const { form, path, fieldPath, node, words } = props;
  const [typed, setTyped] = useState<string>();
  const listId = useId();
  const named = listNamedBy(fieldPath);
  const value = valueAt(form.draft, path);
  const isNumber = node.kind === 'number';
  const shown = typed ?? (isNumber ? numberText(value, node) : typeof value === 'string' ? value : '');
  const onChange = (text: string): void => {
    setTyped(text);
    const isEmpty = text.trim() === '';
    if (isEmpty) form.setAt(path, named === undefined ? emptyValue(node) : (emptyValue(node) ?? ''));
    else form.setAt(path, isNumber ? parseNumberText(text, node) : text);
  };
  const input = {
    ...shared(props),
    value: shown,
    placeholder: placeholderOf(node, words),
    readOnly: form.isReadOnly,
    autoComplete: 'off',
    onBlur: () => {
      setTyped(undefined);
      props.onBlur?.();
    },
  };
  if (words.control === 'long') {
    return (
      <textarea
        {...input}
        rows={3}
        className={classes.input}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <>
      <input
        {...input}
        className={classes.input}
        data-number={isNumber || undefined}
        inputMode={isNumber ? 'decimal' : undefined}
        list={named === undefined ? undefined : listId}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {named === undefined ? null : (
        <datalist id={listId}>
          {typed === undefined
            ? null
            : namesOf(form.draft, named)
                .slice(0, offeredNames)
                .map((name) => <option key={name} value={name} />)}
        </datalist>
      )}
    </>
  );
}

function SwitchInput(props: ValueInputProps): ReactNode {
  const { form, path } = props;
  return (
    <Checkbox
      {...shared(props)}
      checked={valueAt(form.draft, path) === true}
      disabled={form.isReadOnly}
      onChange={(event) => form.setAt(path, event.currentTarget.checked)}
    />
  );
}

function ChoiceInput(props: ValueInputProps): ReactNode {
  const { form, path, node, words } = props;
  const value = valueAt(form.draft, path);
  return (
    <select
      {...shared(props)}
      className={classes.input}
      value={typeof value === 'string' ? value : ''}
      disabled={form.isReadOnly}
      onChange={(event) => form.setAt(path, event.currentTarget.value)}
    >
      {node.options.includes(String(value)) ? null : <option value="">Choose</option>}
      {node.options.map((option) => (
        <option key={option} value={option}>
          {words.choices?.[option] ?? option}
        </option>
      ))}
    </select>
  );
}

function TextsInput(props: ValueInputProps): ReactNode {
  const { form, path, fieldPath } = props;
  const named = listNamedBy(fieldPath);
  const value = valueAt(form.draft, path);
  return (
    <TagsInput
      {...shared(props)}
      size="xs"
      value={Array.isArray(value) ? value.map(String) : []}
      readOnly={form.isReadOnly}
      acceptValueOnBlur
      {...(named === undefined ? {} : { data: [...new Set(namesOf(form.draft, named))], limit: 50 })}
      onChange={(next) => form.setAt(path, next)}
    />
  );
}

/** A label with `%` where parts of a whole are written in percent and the words do not say so. */
export function labelOf(words: SettingWords, node: SettingNode): string {
  return isShare(node) && !words.label.includes('%') ? `${words.label}, %` : words.label;
}

import {
  Checkbox,
  ColorInput,
  NumberInput,
  Radio,
  Select,
  Stack,
  TagsInput,
  Textarea,
  TextInput,
} from '@mantine/core';
import type { ReactNode } from 'react';
import type { FieldForm } from './field-form.ts';
import type { SettingNode } from './schema-nodes.ts';
import { valueAt } from './value-at.ts';

/** The words for one setting, which its schema does not have. */
export interface SettingWords {
  readonly label: string;
  /** Behind a number: ` min`. */
  readonly suffix?: string;
  readonly placeholder?: string;
  /** In place of the schema's explanation, where people need another one than those who write files. */
  readonly description?: string;
  /** Words for the values of a choice. */
  readonly choices?: Readonly<Record<string, string>>;
  readonly control?: 'long' | 'color' | 'mono';
}

export interface SettingFieldProps {
  readonly form: FieldForm;
  /** Where the setting is in the form. */
  readonly path: string;
  readonly node: SettingNode;
  readonly words: SettingWords;
  readonly isReadOnly: boolean;
  /** In the place of the explanation: why the setting does nothing at the moment. */
  readonly mootReason?: string | undefined;
}

/** A choice of more than this opens as a list. */
const mostRadios = 4;

/** The field of one setting, by what its schema says of it. Lists of more than texts have editors of their own. */
export function SettingField(props: SettingFieldProps): ReactNode {
  switch (props.node.kind) {
    case 'switch':
      return <SwitchField {...props} />;
    case 'number':
      return <NumberField {...props} />;
    case 'choice':
      return <ChoiceField {...props} />;
    case 'texts':
      return <TextsField {...props} />;
    case 'text':
      return <TextField {...props} />;
    case 'list':
      return null;
  }
}

function explain({ words, node, mootReason }: SettingFieldProps): string | undefined {
  return mootReason ?? words.description ?? node.description;
}

/** `null` in the form is an empty field. */
function nullableInput({ form, path, node }: SettingFieldProps) {
  const value = valueAt(form.values, path);
  return {
    ...form.getInputProps(path),
    value: typeof value === 'number' || typeof value === 'string' ? value : '',
    onChangeValue: (next: unknown): void =>
      form.setFieldValue(path, node.isNullable && next === '' ? null : next),
  };
}

function SwitchField(props: SettingFieldProps): ReactNode {
  return (
    <Checkbox
      label={props.words.label}
      description={explain(props)}
      disabled={props.isReadOnly || props.mootReason !== undefined}
      {...props.form.getInputProps(props.path, { type: 'checkbox' })}
    />
  );
}

/** Limits come from the schema; what lies outside them is refused with a reason, not changed silently. */
function NumberField(props: SettingFieldProps): ReactNode {
  const { node, words, isReadOnly } = props;
  const { onChangeValue, ...input } = nullableInput(props);
  return (
    <NumberInput
      label={words.label}
      description={explain(props)}
      placeholder={words.placeholder}
      allowDecimal={!node.isWhole}
      clampBehavior="none"
      readOnly={isReadOnly}
      disabled={props.mootReason !== undefined}
      {...(node.minimum === undefined ? {} : { min: node.minimum })}
      {...(node.maximum === undefined ? {} : { max: node.maximum })}
      {...(words.suffix === undefined ? {} : { suffix: words.suffix })}
      {...input}
      onChange={onChangeValue}
    />
  );
}

function ChoiceField(props: SettingFieldProps): ReactNode {
  const { node, words, isReadOnly, form, path } = props;
  const label = (option: string): string => words.choices?.[option] ?? option;
  if (node.options.length > mostRadios) {
    return (
      <Select
        label={words.label}
        description={explain(props)}
        data={node.options.map((option) => ({ value: option, label: label(option) }))}
        allowDeselect={false}
        readOnly={isReadOnly}
        {...form.getInputProps(path)}
      />
    );
  }
  return (
    <Radio.Group label={words.label} description={explain(props)} {...form.getInputProps(path)}>
      <Stack gap={8} my={8}>
        {node.options.map((option) => (
          <Radio
            key={option}
            value={option}
            label={label(option)}
            disabled={isReadOnly || props.mootReason !== undefined}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

function TextsField(props: SettingFieldProps): ReactNode {
  const { onChangeValue, ...input } = nullableInput(props);
  const value = valueAt(props.form.values, props.path);
  return (
    <TagsInput
      label={props.words.label}
      description={explain(props)}
      placeholder={props.words.placeholder}
      readOnly={props.isReadOnly}
      disabled={props.mootReason !== undefined}
      acceptValueOnBlur
      {...input}
      value={Array.isArray(value) ? value.map(String) : []}
      onChange={(next) => onChangeValue(props.node.isNullable && next.length === 0 ? null : next)}
    />
  );
}

function TextField(props: SettingFieldProps): ReactNode {
  const { words, isReadOnly } = props;
  const { onChangeValue, ...input } = nullableInput(props);
  const shared = {
    label: words.label,
    description: explain(props),
    placeholder: words.placeholder,
    readOnly: isReadOnly,
    disabled: props.mootReason !== undefined,
    ...input,
  };
  switch (words.control) {
    case 'color':
      return (
        <ColorInput
          {...shared}
          format="hex"
          withEyeDropper={false}
          popoverProps={{ withinPortal: true }}
          value={String(input.value)}
          onChange={onChangeValue}
        />
      );
    case 'long':
      return (
        <Textarea
          {...shared}
          autosize
          minRows={2}
          onChange={(event) => onChangeValue(event.currentTarget.value)}
        />
      );
    default:
      return (
        <TextInput
          {...shared}
          spellCheck={words.control !== 'mono'}
          {...(words.control === 'mono' ? { classNames: { input: 'mono' } } : {})}
          onChange={(event) => onChangeValue(event.currentTarget.value)}
        />
      );
  }
}

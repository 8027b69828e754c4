import { ActionIcon, Button, Menu, Stack, Text, UnstyledButton } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowDown,
  IconArrowUp,
  IconChevronDown,
  IconChevronRight,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { FieldForm } from './field-form.ts';
import classes from './list-editor.module.css';
import { valueAt } from './value-at.ts';

/** A kind of entry that can be added. */
export interface EntryKind {
  readonly label: string;
  readonly make: () => unknown;
}

export interface ListEditorProps {
  readonly form: FieldForm;
  /** Where the list is in the form. */
  readonly path: string;
  readonly isReadOnly: boolean;
  /** Names the list for assistive technology. */
  readonly label: string;
  readonly addLabel: string;
  readonly kinds: readonly EntryKind[];
  /** The entry in one line. */
  readonly summary: (entry: unknown) => ReactNode;
  /** The entry in a word or two, for the names of its buttons. */
  readonly nameOf: (entry: unknown, index: number) => string;
  /** The order means something: entries are numbered and can be moved. */
  readonly isOrdered?: boolean;
  readonly empty: string;
  /** Which entry is open at first. */
  readonly startsOpenAt?: number;
  /** The fields of one entry. */
  readonly children: (entryPath: string, entry: unknown) => ReactNode;
}

/**
 * A list of records, one line each, of which one at a time is open. Where order matters, buttons and `Alt` with an
 * arrow key move an entry, and the focus goes with it.
 */
export function ListEditor(props: ListEditorProps): ReactNode {
  const { form, path, isReadOnly, kinds } = props;
  const value = valueAt(form.values, path);
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  const [openIndex, setOpenIndex] = useState(props.startsOpenAt);
  const [said, setSaid] = useState('');
  const list = useRef<HTMLUListElement>(null);
  const faulty = faultyEntries(form, path);
  const firstFault = faulty.size > 0 ? Math.min(...faulty) : undefined;
  useEffect(() => {
    if (firstFault !== undefined) setOpenIndex(firstFault);
  }, [firstFault]);
  const focusHead = (index: number): void => {
    requestAnimationFrame(() =>
      list.current?.querySelectorAll<HTMLButtonElement>('[data-entry-head]')[index]?.focus(),
    );
  };
  const add = (kind: EntryKind): void => {
    form.insertListItem(path, kind.make());
    setOpenIndex(entries.length);
    requestAnimationFrame(() =>
      list.current
        ?.querySelector<HTMLElement>('[data-entry-fields] input, [data-entry-fields] textarea')
        ?.focus(),
    );
  };
  const move = (from: number, to: number): void => {
    if (to < 0 || to >= entries.length) return;
    form.reorderListItem(path, { from, to });
    if (openIndex === from) setOpenIndex(to);
    else if (openIndex === to) setOpenIndex(from);
    setSaid(`${props.nameOf(entries[from], from)} is number ${to + 1} of ${entries.length} now`);
    focusHead(to);
  };
  const remove = (index: number): void => {
    form.removeListItem(path, index);
    setSaid(`${props.nameOf(entries[index], index)} was removed`);
    setOpenIndex(undefined);
    focusHead(Math.max(0, index - 1));
  };
  return (
    <Stack gap="sm" align="stretch">
      {entries.length === 0 ? (
        <p className={classes.empty}>{props.empty}</p>
      ) : (
        <ul className={classes.list} ref={list} aria-label={props.label}>
          {entries.map((entry, index) => (
            <Entry
              key={index}
              {...props}
              entry={entry}
              index={index}
              isLast={index === entries.length - 1}
              isOpen={openIndex === index}
              isFaulty={faulty.has(index)}
              onToggle={() => setOpenIndex(openIndex === index ? undefined : index)}
              onMove={(to) => move(index, to)}
              onRemove={() => remove(index)}
            />
          ))}
        </ul>
      )}
      <span className={classes.unseen} role="status">
        {said}
      </span>
      {isReadOnly ? null : <AddButton label={props.addLabel} kinds={kinds} onAdd={add} />}
    </Stack>
  );
}

interface EntryProps extends ListEditorProps {
  readonly entry: unknown;
  readonly index: number;
  readonly isLast: boolean;
  readonly isOpen: boolean;
  readonly isFaulty: boolean;
  readonly onToggle: () => void;
  readonly onMove: (to: number) => void;
  readonly onRemove: () => void;
}

function Entry(props: EntryProps): ReactNode {
  const { entry, index, isOpen, isReadOnly, isOrdered = false } = props;
  const fieldsId = useId();
  const name = props.nameOf(entry, index);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isOrdered || isReadOnly || !event.altKey) return;
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    props.onMove(event.key === 'ArrowUp' ? index - 1 : index + 1);
  };
  return (
    <li className={classes.entry}>
      <div className={classes.head} onKeyDown={onKeyDown}>
        <UnstyledButton
          className={classes.toggle}
          aria-expanded={isOpen}
          aria-controls={isOpen ? fieldsId : undefined}
          data-entry-head
          onClick={props.onToggle}
        >
          <IconChevronRight size={15} className={classes.chevron} aria-hidden />
          {isOrdered ? <span className={classes.number}>{index + 1}.</span> : null}
          <span className={classes.summary}>{props.summary(entry)}</span>
          {props.isFaulty ? (
            <IconAlertTriangle size={16} className={classes.fault} aria-label="has errors" />
          ) : null}
        </UnstyledButton>
        {isReadOnly || !isOrdered ? null : (
          <>
            <ActionIcon
              className={classes.move}
              aria-label={`Move ${name} up`}
              disabled={index === 0}
              onClick={() => props.onMove(index - 1)}
            >
              <IconArrowUp size={16} />
            </ActionIcon>
            <ActionIcon
              className={classes.move}
              aria-label={`Move ${name} down`}
              disabled={props.isLast}
              onClick={() => props.onMove(index + 1)}
            >
              <IconArrowDown size={16} />
            </ActionIcon>
          </>
        )}
        {isReadOnly ? null : (
          <ActionIcon aria-label={`Remove ${name}`} onClick={props.onRemove}>
            <IconTrash size={16} />
          </ActionIcon>
        )}
      </div>
      {isOpen ? (
        <div className={classes.fields} id={fieldsId} data-entry-fields role="group" aria-label={name}>
          {props.children(`${props.path}.${index}`, entry)}
        </div>
      ) : null}
    </li>
  );
}

interface AddButtonProps {
  readonly label: string;
  readonly kinds: readonly EntryKind[];
  readonly onAdd: (kind: EntryKind) => void;
}

function AddButton({ label, kinds, onAdd }: AddButtonProps): ReactNode {
  const [only] = kinds;
  const button = {
    size: 'xs',
    variant: 'default',
    leftSection: <IconPlus size={14} aria-hidden />,
    style: { alignSelf: 'flex-start' },
  } as const;
  if (kinds.length === 1 && only !== undefined) {
    return (
      <Button {...button} onClick={() => onAdd(only)}>
        {label}
      </Button>
    );
  }
  return (
    <Menu position="bottom-start" returnFocus={false}>
      <Menu.Target>
        <Button {...button} rightSection={<IconChevronDown size={14} aria-hidden />}>
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {kinds.map((kind) => (
          <Menu.Item key={kind.label} onClick={() => onAdd(kind)}>
            <Text size="sm">{kind.label}</Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The numbers of the entries with faults in them. */
function faultyEntries(form: FieldForm, path: string): ReadonlySet<number> {
  const start = `${path}.`;
  const numbers = Object.keys(form.errors)
    .filter((key) => key.startsWith(start))
    .map((key) => Number(key.slice(start.length).split('.')[0]));
  return new Set(numbers.filter((number) => Number.isInteger(number)));
}

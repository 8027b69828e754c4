import { Button, Group, TextInput } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import { columnNames } from '../editing/column-names.ts';
import { cellsOf, pasteCells } from '../editing/paste.ts';
import { rowsOf, textOf } from '../editing/plan-draft.ts';
import { newRow, type PlanList, rowSettings } from '../editing/plan-settings.ts';
import { planWords } from '../editing/plan-words.ts';
import type { PlanForm } from '../editing/use-plan-form.ts';
import { ColumnMeanings } from './column-meanings.tsx';
import classes from './inputs.module.css';
import { focusCell, nextCell } from './row-focus.ts';
import { type RowColumn, TableRow } from './table-row.tsx';
import { labelOf } from './value-input.tsx';

export interface RowTableProps {
  readonly form: PlanForm;
  readonly list: PlanList;
  /** Fields of a row that are columns, in order. */
  readonly columns: readonly string[];
  /** Whether a row opens to show the rest of its fields. */
  readonly hasDetails?: boolean;
  /** Rows are neither added nor removed here. */
  readonly isFixed?: boolean;
  /** Names the table for assistive technology. */
  readonly label: string;
  readonly addLabel: string;
  /** A new row where it should begin with more than the schema's defaults. */
  readonly makeRow?: () => Readonly<Record<string, unknown>>;
  /** Other ways to add rows, beside the button that adds one. */
  readonly otherWays?: ReactNode;
  /** Shown in place of no rows. */
  readonly empty: string;
}

/** Rows shown at once; the rest comes when asked for, since every cell is a field. */
const rowsAtOnce = 60;
/** From as many rows on, a search is of use. */
const searchedRows = 15;

/**
 * A list of a plan as a table of fields. The arrow keys and `Enter` go up and down a column, `Enter` in the last row
 * adds one; cells of a spreadsheet can be pasted anywhere.
 */
export function RowTable(props: RowTableProps): ReactNode {
  const { form, list } = props;
  const [limit, setLimit] = useState(rowsAtOnce);
  const [search, setSearch] = useState('');
  const [openRow, setOpenRow] = useState<number>();
  const table = useRef<HTMLTableElement>(null);
  const columns = useMemo(() => columnsOf(list, props.columns), [list, props.columns]);
  const rows = rowsOf(form.draft, list);
  const wanted = search.trim().toLowerCase();
  const shown = [...rows.entries()].filter(
    ([, row]) =>
      wanted === '' || columns.some(({ node }) => textOf(row, node.path).toLowerCase().includes(wanted)),
  );
  const make = props.makeRow ?? (() => newRow(list));
  const add = (): void => {
    form.change((draft) => ({ ...draft, [list]: [...rowsOf(draft, list), make()] }));
    setSearch('');
    setLimit((current) => Math.max(current, rows.length + 1));
    focusCell(table, rows.length, 0);
  };
  const remove = (index: number): void => {
    form.change((draft) => ({ ...draft, [list]: rowsOf(draft, list).filter((_, each) => each !== index) }));
    setOpenRow(undefined);
    focusCell(table, Math.max(0, Math.min(index, rows.length - 2)), 0);
  };
  const mayGrow = !form.isReadOnly && props.isFixed !== true;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const target = nextCell(event);
    if (!target) return;
    event.preventDefault();
    const isBelowLast = target.row >= rows.length;
    if (isBelowLast && event.key === 'Enter' && mayGrow) add();
    else focusCell(table, target.row, target.column);
  };
  const onPaste = (event: ClipboardEvent<HTMLElement>): void => {
    const cells = cellsOf(event.clipboardData.getData('text/plain'));
    const at = nextCell(event, 0);
    if (!cells || !at || form.isReadOnly) return;
    event.preventDefault();
    form.change((draft) => {
      const pasted = pasteCells(rowsOf(draft, list), columns, cells, at, make);
      return { ...draft, [list]: mayGrow ? pasted : pasted.slice(0, rowsOf(draft, list).length) };
    });
    if (event.target instanceof HTMLElement) event.target.blur();
  };
  return (
    <div>
      {rows.length > searchedRows ? (
        <TextInput
          size="xs"
          className={classes.search}
          leftSection={<IconSearch size={14} aria-hidden />}
          aria-label={`Search: ${props.label}`}
          placeholder={`Search ${rows.length} rows`}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      ) : null}
      {rows.length === 0 ? (
        <p className={classes.empty}>{props.empty}</p>
      ) : (
        <div className={classes.scroll}>
          <table
            className={classes.table}
            aria-label={props.label}
            ref={table}
            onKeyDown={onKeyDown}
            onPaste={onPaste}
          >
            <thead>
              <tr>
                {columns.map(({ node, label }) => (
                  <th key={node.path} scope="col" data-kind={node.kind}>
                    {label}
                  </th>
                ))}
                <td />
              </tr>
            </thead>
            <tbody>
              {shown.slice(0, limit).map(([index]) => (
                <TableRow
                  key={index}
                  form={form}
                  list={list}
                  index={index}
                  columns={columns}
                  hasDetails={props.hasDetails ?? false}
                  onRemove={mayGrow ? () => remove(index) : undefined}
                  isOpen={openRow === index}
                  onToggle={() => setOpenRow(openRow === index ? undefined : index)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Group gap="xs" mt="xs">
        {mayGrow ? (
          <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>
            {props.addLabel}
          </Button>
        ) : null}
        {props.otherWays}
        {shown.length > limit ? (
          <Button size="xs" variant="subtle" onClick={() => setLimit(limit + rowsAtOnce)}>
            Show more ({limit} of {shown.length} shown)
          </Button>
        ) : null}
      </Group>
      {rows.length === 0 ? null : <ColumnMeanings columns={columns} />}
    </div>
  );
}

function columnsOf(list: PlanList, paths: readonly string[]): readonly RowColumn[] {
  return paths.flatMap((path) => {
    const node = rowSettings(list).get(path);
    const words = planWords[`${list}.${path}`];
    const names = columnNames[`${list}.${path}`] ?? [];
    return node && words ? [{ node, words, names, label: labelOf(words, node) }] : [];
  });
}

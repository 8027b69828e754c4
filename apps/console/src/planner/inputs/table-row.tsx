import type { Finding } from '@carrel/planner';
import { ActionIcon } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useId, useRef } from 'react';
import type { SettingNode, SettingWords } from '../../schema-fields/index.ts';
import { faultsWithin, fieldPathOf } from '../editing/faults.ts';
import { rowsOf, textOf } from '../editing/plan-draft.ts';
import { type PlanList, rowSettings } from '../editing/plan-settings.ts';
import { renameEverywhere } from '../editing/references.ts';
import type { PlanForm } from '../editing/use-plan-form.ts';
import { withField } from '../editing/with-place.ts';
import { FaultList } from './fault-list.tsx';
import classes from './inputs.module.css';
import { PlanField } from './plan-field.tsx';
import { ValueInput } from './value-input.tsx';

export interface RowColumn {
  readonly node: SettingNode;
  readonly words: SettingWords;
  readonly label: string;
  /** What other people call it. */
  readonly names: readonly string[];
}

export interface TableRowProps {
  readonly form: PlanForm;
  readonly list: PlanList;
  readonly index: number;
  readonly columns: readonly RowColumn[];
  readonly hasDetails: boolean;
  /** Absent where rows stay as many as they are. */
  readonly onRemove?: (() => void) | undefined;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** One row of a list: its cells, what is wrong with it, and the rest of its fields when opened. */
export function TableRow(props: TableRowProps): ReactNode {
  const { form, list, index, columns, isOpen, onRemove } = props;
  const detailsId = useId();
  const faultsId = useId();
  const path = `${list}.${index}`;
  const row = rowsOf(form.draft, list)[index] ?? {};
  const name = textOf(row, 'name') || textOf(row, 'from') || textOf(row, 'location') || `row ${index + 1}`;
  const findings = faultsWithin(form.faults, path).filter((finding) => !isElsewhere(list, finding));
  const span = columns.length + 1;
  return (
    <>
      <tr>
        {columns.map((column, number) => (
          <td
            key={column.node.path}
            data-row={index}
            data-column={number}
            data-kind={column.node.kind}
            data-own-keys={column.node.kind === 'texts' || undefined}
          >
            <Cell
              form={form}
              list={list}
              index={index}
              column={column}
              rowName={name}
              faultsId={findings.length > 0 ? faultsId : undefined}
            />
          </td>
        ))}
        <td className={classes.rowActions}>
          {props.hasDetails ? (
            <ActionIcon
              aria-label={`More about ${name}`}
              aria-expanded={isOpen}
              aria-controls={isOpen ? detailsId : undefined}
              onClick={props.onToggle}
            >
              {isOpen ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
            </ActionIcon>
          ) : null}
          {onRemove === undefined ? null : (
            <ActionIcon aria-label={`Remove ${name}`} onClick={onRemove}>
              <IconTrash size={16} />
            </ActionIcon>
          )}
        </td>
      </tr>
      {findings.length === 0 ? null : (
        <tr className={classes.faultRow}>
          <td colSpan={span}>
            <FaultList findings={findings.map(withField)} id={faultsId} />
          </td>
        </tr>
      )}
      {isOpen ? (
        <tr>
          <td colSpan={span} id={detailsId}>
            <RowDetails form={form} list={list} path={path} columns={columns} name={name} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

/** Whether a finding is about a list inside a row, which is edited and judged in a table of its own. */
function isElsewhere(list: PlanList, { path }: Finding): boolean {
  const field = fieldPathOf(path).split('.')[2];
  return field !== undefined && rowSettings(list).get(field)?.kind === 'list';
}

interface CellProps {
  readonly form: PlanForm;
  readonly list: PlanList;
  readonly index: number;
  readonly column: RowColumn;
  readonly rowName: string;
  readonly faultsId: string | undefined;
}

function Cell({ form, list, index, column, rowName, faultsId }: CellProps): ReactNode {
  const { node, words, label } = column;
  const before = useRef('');
  const isName = node.path === 'name';
  const nameNow = (): string => textOf(rowsOf(form.draft, list)[index] ?? {}, 'name');
  return (
    <ValueInput
      form={form}
      path={`${list}.${index}.${node.path}`}
      fieldPath={`${list}.${node.path}`}
      node={node}
      words={words}
      label={isName ? `${label} ${index + 1}` : `${label}: ${rowName}`}
      describedBy={faultsId}
      onFocus={() => {
        before.current = nameNow();
      }}
      onBlur={() => {
        if (!isName || nameNow() === before.current) return;
        const to = nameNow();
        form.change((draft) => renameEverywhere(draft, list, before.current, to));
      }}
    />
  );
}

interface RowDetailsProps {
  readonly form: PlanForm;
  readonly list: PlanList;
  readonly path: string;
  readonly columns: readonly RowColumn[];
  readonly name: string;
}

/** The fields of a row that are no columns. */
function RowDetails({ form, list, path, columns, name }: RowDetailsProps): ReactNode {
  const rest = [...rowSettings(list).values()].filter(
    (node) => node.kind !== 'list' && !columns.some((column) => column.node.path === node.path),
  );
  return (
    <div className={classes.details} role="group" aria-label={`More about ${name}`}>
      {rest.map((node) => (
        <PlanField
          key={node.path}
          form={form}
          path={`${path}.${node.path}`}
          fieldPath={`${list}.${node.path}`}
          node={node}
        />
      ))}
    </div>
  );
}

import type { Sheet } from '@carrel/planner';
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import { namesOf, type PlanDraft } from '../editing/plan-draft.ts';
import inputs from '../inputs/inputs.module.css';
import { formatNumber } from '../results/format-quantity.ts';
import {
  guessTargets,
  isNameTarget,
  type LocationTarget,
  locationFields,
  targetKey,
  targetOfKey,
} from './location-targets.ts';
import { tableEntries } from './table-entries.ts';
import { type TakenTable, withTable } from './with-table.ts';

export interface TableMatchProps {
  /** At least one. */
  readonly sheets: readonly Sheet[];
  /** The plan that the table goes into. */
  readonly draft: PlanDraft;
  readonly action: string;
  readonly onTake: (taken: TakenTable) => void;
  readonly onClose: () => void;
}

/** Which columns of a table hold what: guessed by their headings, and to be corrected. */
export function TableMatch({ sheets, ...others }: TableMatchProps): ReactNode {
  const hasNames = (sheet: Sheet): boolean => guessTargets(sheet).some(isNameTarget);
  const [at, setAt] = useState(Math.max(0, sheets.findIndex(hasNames)));
  const sheet = sheets[at];
  return (
    <Stack gap="md">
      {sheets.length === 1 ? null : (
        <Select
          label="Sheet"
          allowDeselect={false}
          data={sheets.map(({ name }, index) => ({ value: String(index), label: name }))}
          value={String(at)}
          onChange={(value) => setAt(Number(value ?? at))}
        />
      )}
      {sheet ? <SheetMatch key={at} sheet={sheet} {...others} /> : null}
    </Stack>
  );
}

function SheetMatch({
  sheet,
  draft,
  action,
  onTake,
  onClose,
}: Omit<TableMatchProps, 'sheets'> & { readonly sheet: Sheet }): ReactNode {
  const [targets, setTargets] = useState(() => guessTargets(sheet));
  const keys = targets.map(targetKey);
  const fault = faultOf(keys, targets);
  const taken = useMemo(() => withTable(draft, tableEntries(sheet, targets)), [draft, sheet, targets]);
  const choices = useMemo(() => choicesOf(draft, guessTargets(sheet)), [draft, sheet]);
  return (
    <>
      <div className={inputs.scroll}>
        <table className={inputs.table} aria-label="Columns of the file">
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">For example</th>
              <th scope="col">Holds</th>
            </tr>
          </thead>
          <tbody>
            {sheet.columns.map((heading, column) => (
              <tr key={column}>
                <td>{heading || `Column ${column + 1}`}</td>
                <td>{examplesOf(sheet, column)}</td>
                <td data-kind="choice">
                  <select
                    className={inputs.input}
                    aria-label={`What ${heading || `column ${column + 1}`} holds`}
                    value={keys[column]}
                    onChange={({ currentTarget }) =>
                      setTargets(targets.with(column, targetOfKey(currentTarget.value)))
                    }
                  >
                    <option value="">Leave out</option>
                    {choices.map(({ key, label }) => (
                      <option key={key} value={key}>
                        {label}
                      </option>
                    ))}
                  </select>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Text size="sm" role="status" {...(fault ? { c: 'var(--mantine-color-error)' } : {})}>
        {fault ?? summaryOf(taken)}
      </Text>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={fault !== undefined} onClick={() => onTake(taken)}>
          {action}
        </Button>
      </Group>
    </>
  );
}

interface TargetChoice {
  readonly key: string;
  readonly label: string;
}

function choicesOf(
  draft: PlanDraft,
  guessed: readonly (LocationTarget | undefined)[],
): readonly TargetChoice[] {
  const ofTable = guessed.flatMap((target) => (target?.kind === 'people' ? [target.workspace] : []));
  const workspaces = [...new Set([...namesOf(draft, 'workspaces'), ...ofTable])];
  return [
    ...locationFields.map(({ node, label }) => ({ key: targetKey({ kind: 'field', node }), label })),
    ...workspaces.map((workspace) => ({
      key: targetKey({ kind: 'people', workspace }),
      label: `People who get ${workspace}`,
    })),
  ];
}

function faultOf(
  keys: readonly string[],
  targets: readonly (LocationTarget | undefined)[],
): string | undefined {
  if (!targets.some(isNameTarget)) return 'Say which column holds the names of the locations.';
  const twice = keys.find((key, at) => key !== '' && keys.indexOf(key) !== at);
  return twice === undefined ? undefined : 'Two columns hold the same. Leave one of them out.';
}

/** Some cells of a column, for people to know it by. */
function examplesOf({ rows }: Sheet, column: number): string {
  const cells = rows.flatMap((row) => row[column] ?? []);
  const text = cells.slice(0, 3).map(String).join(', ');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function summaryOf({ added, changed, leftOut }: TakenTable): string {
  return [
    ...(added > 0 || changed === 0
      ? [added === 1 ? '1 new location.' : `${formatNumber(added)} new locations.`]
      : []),
    ...(changed === 1 ? ['1 location is there already and gets what the file says.'] : []),
    ...(changed > 1
      ? [`${formatNumber(changed)} locations are there already and get what the file says.`]
      : []),
    ...(leftOut === 0 ? [] : [`Rows without a name, left out: ${formatNumber(leftOut)}.`]),
  ].join(' ');
}

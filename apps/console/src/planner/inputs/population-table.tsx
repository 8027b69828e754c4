import { Button } from '@mantine/core';
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { faultsWithin } from '../editing/faults.ts';
import { parseNumberText } from '../editing/number-text.ts';
import { cellsOf } from '../editing/paste.ts';
import { type DraftRow, namesOf, type PlanDraft, rowsOf, textOf } from '../editing/plan-draft.ts';
import { rowSettings } from '../editing/plan-settings.ts';
import { populationOf, withEverybody, withPeople } from '../editing/population.ts';
import type { PlanForm } from '../editing/use-plan-form.ts';
import { withPlace } from '../editing/with-place.ts';
import { formatNumber } from '../results/format-quantity.ts';
import { FaultList } from './fault-list.tsx';
import classes from './inputs.module.css';
import { type CellPlace, focusCell, nextCell } from './row-focus.ts';

/** Locations shown at once. */
const rowsAtOnce = 60;

/**
 * Who gets what: a row a location, a column a workspace. The arrow keys and `Enter` go up and down a column; cells of a
 * spreadsheet can be pasted.
 */
export function PopulationTable({ form }: { readonly form: PlanForm }): ReactNode {
  const [limit, setLimit] = useState(rowsAtOnce);
  const table = useRef<HTMLTableElement>(null);
  const locations = rowsOf(form.draft, 'locations').filter((row) => textOf(row, 'name') !== '');
  const workspaces = rowsOf(form.draft, 'workspaces');
  if (locations.length === 0 || workspaces.length === 0) {
    return (
      <p className={classes.empty}>
        {locations.length === 0 ? 'Enter locations first.' : 'Enter workspaces first.'}
      </p>
    );
  }
  const findings = workspaces.flatMap((_, index) =>
    faultsWithin(form.faults, `workspaces.${index}.population`),
  );
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const target = nextCell(event);
    if (!target) return;
    event.preventDefault();
    focusCell(table, target.row, target.column);
  };
  const onPaste = (event: ClipboardEvent<HTMLElement>): void => {
    const cells = cellsOf(event.clipboardData.getData('text/plain'));
    const at = nextCell(event, 0);
    if (!cells || !at || form.isReadOnly) return;
    event.preventDefault();
    form.change((draft) => withPastedPeople(draft, cells, at));
  };
  return (
    <>
      <div className={classes.scroll}>
        <table
          className={`${classes.table ?? ''} ${classes.matrix ?? ''}`}
          aria-label="Who gets which workspace"
          ref={table}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        >
          <thead>
            <tr>
              <th scope="col">Location</th>
              {workspaces.map((workspace, index) => (
                <th scope="col" key={index} data-kind="number">
                  {workspaceName(workspace, index)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {locations.slice(0, limit).map((location, row) => (
              <tr key={row}>
                <th scope="row" className={classes.matrixName}>
                  {textOf(location, 'name')}
                </th>
                {workspaces.map((workspace, index) => (
                  <td key={index} data-kind="number" data-row={row} data-column={index}>
                    <PeopleInput
                      form={form}
                      index={index}
                      location={location}
                      label={`${workspaceName(workspace, index)} at ${textOf(location, 'name')}`}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          {form.isReadOnly ? null : (
            <tfoot>
              <tr>
                <td />
                {workspaces.map((workspace, index) => (
                  <td key={index}>
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      aria-label={`Give ${workspaceName(workspace, index)} to everybody`}
                      onClick={() => form.change((draft) => withEverybody(draft, index))}
                    >
                      Everybody
                    </Button>
                  </td>
                ))}
              </tr>
            </tfoot>
          )}
        </table>
      </div>
      <FaultList findings={findings.map((finding) => withPlace(finding, form.draft))} />
      {locations.length > limit ? (
        <Button size="xs" variant="subtle" mt="xs" onClick={() => setLimit(limit + rowsAtOnce)}>
          Show more ({limit} of {locations.length} shown)
        </Button>
      ) : null}
    </>
  );
}

interface PeopleInputProps {
  readonly form: PlanForm;
  readonly index: number;
  readonly location: DraftRow;
  readonly label: string;
}

function PeopleInput({ form, index, location, label }: PeopleInputProps): ReactNode {
  const name = textOf(location, 'name');
  const [typed, setTyped] = useState<string>();
  const population = populationOf(form.draft, index);
  const at = population.findIndex((each) => each.location === name);
  const isWrong = faultsWithin(form.faults, `workspaces.${index}.population.${at}`).some(
    ({ severity }) => severity === 'error',
  );
  const onChange = (text: string): void => {
    setTyped(text);
    form.change((draft) => withPeople(draft, index, name, peopleOf(text)));
  };
  return (
    <input
      className={classes.input}
      data-number
      inputMode="numeric"
      autoComplete="off"
      aria-label={label}
      aria-invalid={isWrong || undefined}
      placeholder={placeholderOf(location)}
      readOnly={form.isReadOnly}
      value={typed ?? shown(population[at]?.users)}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={() => setTyped(undefined)}
    />
  );
}

function placeholderOf({ users }: DraftRow): string | undefined {
  return typeof users === 'number' ? `of ${formatNumber(users)}` : undefined;
}

/** The people a text says; `undefined`: nobody. */
function peopleOf(text: string): number | string | undefined {
  const node = rowSettings('locations').get('users');
  return text.trim() === '' || node === undefined ? undefined : parseNumberText(text, node);
}

/** Cells of a spreadsheet put in, rightwards and downwards from a cell; what does not fit is left out. */
function withPastedPeople(draft: PlanDraft, cells: readonly (readonly string[])[], at: CellPlace): PlanDraft {
  const locations = namesOf(draft, 'locations');
  let pasted = draft;
  for (const [row, line] of cells.entries()) {
    for (const [column, text] of line.entries()) {
      const location = locations[at.row + row];
      if (location !== undefined) pasted = withPeople(pasted, at.column + column, location, peopleOf(text));
    }
  }
  return pasted;
}

/** People as they were typed. */
function shown(users: unknown): string {
  return typeof users === 'number' || typeof users === 'string' ? String(users) : '';
}

function workspaceName(workspace: DraftRow, index: number): string {
  return textOf(workspace, 'name') || `Workspace ${index + 1}`;
}

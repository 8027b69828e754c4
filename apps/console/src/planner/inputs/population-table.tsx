import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { faultsWithin } from '../editing/faults.ts';
import { parseNumberText } from '../editing/number-text.ts';
import { type DraftRow, rowsOf, textOf } from '../editing/plan-draft.ts';
import { rowSettings } from '../editing/plan-settings.ts';
import { populationOf, withEverybody, withPeople } from '../editing/population.ts';
import type { PlanForm } from '../editing/use-plan-form.ts';
import { FaultList } from './fault-list.tsx';
import classes from './inputs.module.css';

/** Locations shown at once. */
const rowsAtOnce = 60;

/** Who gets what: a row a location, a column a workspace. */
export function PopulationTable({ form }: { readonly form: PlanForm }): ReactNode {
  const [limit, setLimit] = useState(rowsAtOnce);
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
  return (
    <>
      <div className={classes.scroll}>
        <table
          className={`${classes.table ?? ''} ${classes.matrix ?? ''}`}
          aria-label="Who gets which workspace"
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
                  <td key={index} data-kind="number">
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
      <FaultList findings={findings} />
      {locations.length > limit ? (
        <Button size="xs" variant="subtle" mt="xs" onClick={() => setLimit(limit + rowsAtOnce)}>
          Show more of {locations.length}
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
  const present = populationOf(form.draft, index).find((each) => each.location === name)?.users;
  const node = rowSettings('locations').get('users');
  const onChange = (text: string): void => {
    const users = text.trim() === '' || node === undefined ? undefined : parseNumberText(text, node);
    form.change((draft) => withPeople(draft, index, name, users));
  };
  return (
    <input
      className={classes.input}
      data-number
      inputMode="numeric"
      autoComplete="off"
      aria-label={label}
      placeholder={`of ${shown(location.users)}`}
      readOnly={form.isReadOnly}
      value={shown(present)}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** People as they were typed. */
function shown(users: unknown): string {
  return typeof users === 'number' || typeof users === 'string' ? String(users) : '';
}

function workspaceName(workspace: DraftRow, index: number): string {
  return textOf(workspace, 'name') || `Workspace ${index + 1}`;
}

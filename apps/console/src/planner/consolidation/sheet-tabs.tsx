import type { Cell, Sheet } from '@carrel/planner';
import { Button, Tabs, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { formatNumber } from '../results/format-quantity.ts';
import classes from '../what-if/comparison.module.css';

/** Rows shown at once. */
const rowsAtOnce = 100;

/** The tables of a report, one tab each. */
export function SheetTabs({ sheets }: { readonly sheets: readonly Sheet[] }): ReactNode {
  return (
    <Tabs defaultValue={keyOf(0)} keepMounted={false}>
      <Tabs.List mb="md">
        {sheets.map(({ name }, index) => (
          <Tabs.Tab key={name} value={keyOf(index)}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {sheets.map((sheet, index) => (
        <Tabs.Panel key={sheet.name} value={keyOf(index)}>
          <SheetTable sheet={sheet} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

/** Identities of tabs must not have spaces in them. */
function keyOf(index: number): string {
  return `sheet-${index}`;
}

function SheetTable({ sheet }: { readonly sheet: Sheet }): ReactNode {
  const [shown, setShown] = useState(rowsAtOnce);
  const { name, columns, rows } = sheet;
  if (rows.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        None.
      </Text>
    );
  }
  return (
    <>
      <div className={classes.scroll} tabIndex={0} role="region" aria-label={name}>
        <table className={classes.table} aria-label={name}>
          <thead>
            <tr>
              {columns.map((column, index) => (
                <th key={index} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => (
                  <td key={column}>{shownCell(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > shown ? (
        <Button size="xs" variant="subtle" mt="xs" onClick={() => setShown(shown + rowsAtOnce)}>
          Show more of {rows.length}
        </Button>
      ) : null}
    </>
  );
}

function shownCell(cell: Cell): string {
  if (cell === null) return '';
  return typeof cell === 'number' ? formatNumber(cell) : String(cell);
}

import type { ReactNode } from 'react';
import classes from './inputs.module.css';
import type { RowColumn } from './table-row.tsx';

/** What the columns of a table mean, folded away: headings have no room for it. */
export function ColumnMeanings({ columns }: { readonly columns: readonly RowColumn[] }): ReactNode {
  const told = columns.filter(({ node, words }) => meaningOf({ node, words }) !== undefined);
  return (
    <details className={classes.meanings}>
      <summary>What the columns mean</summary>
      <dl>
        {told.map((column) => (
          <div key={column.node.path}>
            <dt>{column.label}</dt>
            <dd>{meaningOf(column)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** The explanation of a field for people. */
function meaningOf({ node, words }: Pick<RowColumn, 'node' | 'words'>): string | undefined {
  return words.description ?? node.description;
}

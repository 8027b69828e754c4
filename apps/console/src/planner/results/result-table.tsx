import { Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { wholeList } from '../../api/index.ts';
import { DataTable, type TableColumn } from '../../ui/index.ts';

/** Rows shown at once. */
const rowsAtOnce = 100;

export interface ResultTableProps<Item> {
  /** Names the table for assistive technology. */
  readonly label: string;
  /** Stable between renders. */
  readonly columns: readonly TableColumn<Item>[];
  readonly rows: readonly Item[];
  readonly rowId: (item: Item) => string;
}

/** A table of something computed; thousands of rows come as they are asked for. */
export function ResultTable<Item extends object>({
  label,
  columns,
  rows,
  rowId,
}: ResultTableProps<Item>): ReactNode {
  const [shown, setShown] = useState(rowsAtOnce);
  const list = {
    ...wholeList({ data: rows.slice(0, shown), error: null, refetch: neverRead }),
    hasMore: rows.length > shown,
    loadMore: () => setShown(shown + rowsAtOnce),
  };
  return (
    <DataTable
      label={label}
      columns={columns}
      list={list}
      rowId={rowId}
      empty={
        <Text size="sm" c="dimmed" p="md">
          None.
        </Text>
      }
    />
  );
}

function neverRead(): never {
  throw new Error('what was computed is not read from anywhere');
}

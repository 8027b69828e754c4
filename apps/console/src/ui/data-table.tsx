import { Button, Skeleton, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconSelector } from '@tabler/icons-react';
import {
  type ColumnDef,
  createSortedRowModel,
  type Header,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { type ReactNode, useMemo } from 'react';
import type { PagedList } from '../api/index.ts';
import classes from './data-table.module.css';
import { ProblemAlert } from './problem-alert.tsx';

const textOrder = new Intl.Collator('en', { numeric: true });

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { reading: (one, other, column) => inOrder(one.getValue(column), other.getValue(column)) },
  columnMeta: {} as { readonly align: 'start' | 'end'; readonly isAction: boolean },
});
type Features = typeof features;

export interface TableColumn<Item> {
  readonly id: string;
  /** Shown above the column, and beside the value on narrow screens. */
  readonly header: string;
  readonly cell: (item: Item) => ReactNode;
  /** What the column sorts by; absent where order means nothing. */
  readonly sortBy?: (item: Item) => string | number;
  readonly align?: 'start' | 'end';
  /** Holds buttons: its header is for assistive technology only. */
  readonly isAction?: boolean;
}

export interface DataTableProps<Item> {
  /** Names the table for assistive technology. */
  readonly label: string;
  /** Stable between renders. */
  readonly columns: readonly TableColumn<Item>[];
  readonly list: PagedList<Item>;
  readonly rowId: (item: Item) => string;
  /** Shown when there is nothing. */
  readonly empty: ReactNode;
}

/** A list with its loading, empty and error states. On narrow screens each row becomes a card. */
export function DataTable<Item extends object>(props: DataTableProps<Item>): ReactNode {
  const { list } = props;
  if (list.items === undefined && list.error) {
    return (
      <div className={classes.notice}>
        <ProblemAlert error={list.error} onRetry={list.retry} />
      </div>
    );
  }
  if (list.items === undefined) return <LoadingRows label={props.label} />;
  if (list.items.length === 0) return props.empty;
  return (
    <>
      {list.error ? (
        <div className={classes.notice}>
          <ProblemAlert error={list.error} onRetry={list.retry} />
        </div>
      ) : null}
      <Rows {...props} items={list.items} />
      {list.hasMore ? (
        <div className={classes.more}>
          <Button variant="default" size="xs" loading={list.isLoadingMore} onClick={list.loadMore}>
            Show more
          </Button>
        </div>
      ) : null}
    </>
  );
}

function Rows<Item extends object>(
  props: DataTableProps<Item> & { readonly items: readonly Item[] },
): ReactNode {
  const { columns, items, list, rowId } = props;
  const tableColumns = useMemo(() => columns.map(toColumnDef), [columns]);
  const table = useTable({
    features,
    columns: tableColumns,
    data: items,
    getRowId: rowId,
    // Sorting half of a list would put things in the wrong place without saying so.
    enableSorting: !list.hasMore,
    enableMultiSort: false,
  });
  return (
    <div className={classes.scroll}>
      <table className={classes.table} aria-label={props.label} role="table">
        <thead role="rowgroup">
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} role="row">
              {group.headers.map((header) => (
                <HeaderCell key={header.id} header={header} />
              ))}
            </tr>
          ))}
        </thead>
        <tbody role="rowgroup">
          {table.getRowModel().rows.map((row) => (
            <tr key={row.id} role="row">
              {row.getAllCells().map((cell) => (
                <td
                  key={cell.id}
                  role="cell"
                  data-label={String(cell.column.columnDef.header)}
                  data-align={cell.column.columnDef.meta?.align}
                  data-action={cell.column.columnDef.meta?.isAction || undefined}
                >
                  <div className={classes.value}>
                    <table.FlexRender cell={cell} />
                  </div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HeaderCell<Item extends object>({ header }: { readonly header: Header<Features, Item> }): ReactNode {
  const label = String(header.column.columnDef.header);
  const meta = header.column.columnDef.meta;
  const sorted = header.column.getIsSorted();
  if (!header.column.getCanSort()) {
    return (
      <th role="columnheader" scope="col" data-align={meta?.align}>
        {meta?.isAction ? <span className={classes.unseen}>{label}</span> : label}
      </th>
    );
  }
  const Icon = sorted === false ? IconSelector : sorted === 'asc' ? IconArrowUp : IconArrowDown;
  const ariaSort = sorted === false ? 'none' : sorted === 'asc' ? 'ascending' : 'descending';
  return (
    <th role="columnheader" scope="col" aria-sort={ariaSort} data-align={meta?.align}>
      <UnstyledButton className={classes.sort} onClick={header.column.getToggleSortingHandler()}>
        {label}
        <Icon size={13} aria-hidden />
      </UnstyledButton>
    </th>
  );
}

function LoadingRows({ label }: { readonly label: string }): ReactNode {
  return (
    <div className={classes.loading} role="status" aria-label={`Loading: ${label}`}>
      {[72, 58, 66, 44].map((width) => (
        <Skeleton key={width} height={14} width={`${width}%`} radius="sm" />
      ))}
    </div>
  );
}

function toColumnDef<Item extends object>(column: TableColumn<Item>): ColumnDef<Features, Item> {
  return {
    id: column.id,
    header: column.header,
    accessorFn: (item: Item) => column.sortBy?.(item) ?? '',
    cell: (context) => column.cell(context.row.original),
    enableSorting: column.sortBy !== undefined,
    sortFn: 'reading',
    meta: { align: column.align ?? 'start', isAction: column.isAction ?? false },
  };
}

/** As people look things up: Łódź beside Lodz, 10 behind 9. */
function inOrder(one: unknown, other: unknown): number {
  if (typeof one !== 'number' || typeof other !== 'number')
    return textOrder.compare(String(one), String(other));
  return one === other ? 0 : Math.sign(one - other);
}

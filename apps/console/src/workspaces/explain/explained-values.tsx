import type { ExplainedWorkspace } from '@carrel/contract';
import { Text } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import { DataTable, type TableColumn } from '../../ui/index.ts';
import { grantLabel, showGrantValue } from '../assignments/grant-words.ts';
import classes from './explain.module.css';
import { grantNames } from './grant-names.ts';

type ExplainedValue = ExplainedWorkspace['values'][number];

/** Every effective value with the grant that supplied it and those it won over. */
export function ExplainedValues({ workspace }: { readonly workspace: ExplainedWorkspace }): ReactNode {
  const columns = useMemo(() => valueColumns(workspace), [workspace]);
  return (
    <div className={classes.table}>
      <DataTable
        label="Effective values"
        columns={columns}
        list={{
          items: workspace.values,
          error: null,
          hasMore: false,
          isLoadingMore: false,
          loadMore: () => undefined,
          retry: () => undefined,
          revision: undefined,
        }}
        rowId={(value) => value.setting}
        empty={null}
      />
    </div>
  );
}

function valueColumns(workspace: ExplainedWorkspace): readonly TableColumn<ExplainedValue>[] {
  return [
    {
      id: 'setting',
      header: 'Setting',
      cell: (value) => (
        <Text span size="sm" fw={550}>
          {grantLabel(value.setting)}
        </Text>
      ),
    },
    { id: 'value', header: 'Value', cell: (value) => showGrantValue(value.setting, value.value) },
    { id: 'from', header: 'From', cell: (value) => grantNames(workspace, [value.from, ...value.together]) },
    {
      id: 'overrode',
      header: 'Overrides',
      cell: (value) => (value.overrode.length === 0 ? '—' : grantNames(workspace, value.overrode)),
    },
  ];
}

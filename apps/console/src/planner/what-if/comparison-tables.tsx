import type { PlanComparison } from '@carrel/planner';
import { Alert, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { StatusBadge } from '../../ui/index.ts';
import { formatQuantity, formatSeconds } from '../results/format-quantity.ts';
import classes from './comparison.module.css';
import type { DifferingInput } from './differing-inputs.ts';

export interface ComparisonTablesProps {
  readonly comparison: PlanComparison;
  /** Fields in which the plans differ; absent where they are known already. */
  readonly inputs?: readonly DifferingInput[];
  /** What each of the designs is called, in order. */
  readonly names: readonly string[];
}

/** Rows of inputs, answers and times shown at most. */
const shownRows = 40;

/** Designs side by side: figures, times that differ, and decisions that are answered otherwise. */
export function ComparisonTables({ comparison, inputs, names }: ComparisonTablesProps): ReactNode {
  const { figures, serviceLevels, decisions, dropped } = comparison;
  return (
    <Stack gap="lg">
      {inputs === undefined ? null : (
        <Sides
          title="Inputs that differ"
          names={names}
          rows={inputs.slice(0, shownRows).map(({ path, place, values }) => ({
            key: path,
            name: place,
            isDifferent: false,
            values,
          }))}
          more={inputs.length - shownRows}
        />
      )}
      <Sides
        title="Figures"
        names={names}
        rows={figures.map(({ name, unit, values }) => {
          const texts = values.map((value) => formatQuantity(value, unit));
          return { key: name, name, isDifferent: new Set(texts).size > 1, values: texts };
        })}
      />
      {dropped.length === 0 ? null : (
        <Alert variant="outline" color="yellow" icon={<IconAlertTriangle />}>
          {dropped.slice(0, shownRows).map((sentence) => (
            <Text key={sentence} size="sm">
              {sentence}
            </Text>
          ))}
        </Alert>
      )}
      <Sides
        title="Times that differ"
        names={names}
        rows={serviceLevels.slice(0, shownRows).map(({ location, workspace, values }) => ({
          key: `${location} ${workspace}`,
          name: `${location}: ${workspace}`,
          isDifferent: false,
          values: values.map((times) =>
            times ? (
              <StatusBadge tone={times.meets.initialLoad && times.meets.update ? 'good' : 'bad'}>
                {formatSeconds(times.initialLoadSeconds)}, updates {formatSeconds(times.updateSeconds)}
              </StatusBadge>
            ) : (
              '—'
            ),
          ),
        }))}
        more={serviceLevels.length - shownRows}
      />
      <Sides
        title="Decisions that are answered otherwise"
        names={names}
        rows={decisions.slice(0, shownRows).map(({ id, subject, question, answers }) => ({
          key: `${id} ${subject}`,
          name: subject === '' ? question : `${question} ${subject}`,
          isDifferent: false,
          values: answers.map((answer) => answer ?? '—'),
        }))}
        more={decisions.length - shownRows}
      />
    </Stack>
  );
}

interface SidesProps {
  readonly title: string;
  readonly names: readonly string[];
  readonly rows: readonly {
    readonly key: string;
    readonly name: string;
    readonly isDifferent: boolean;
    readonly values: readonly ReactNode[];
  }[];
  readonly more?: number;
}

function Sides({ title, names, rows, more = 0 }: SidesProps): ReactNode {
  return (
    <section>
      <Title order={3} fz="sm" mb={6}>
        {title}
      </Title>
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          None.
        </Text>
      ) : (
        <div
          className={classes.scroll}
          tabIndex={0}
          role="region"
          aria-label={`${title}: ${names.join(', ')}`}
        >
          <table className={classes.table} aria-label={title}>
            <thead>
              <tr>
                <td />
                {names.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, name, isDifferent, values }) => (
                <tr key={key} data-different={isDifferent || undefined}>
                  <th scope="row">{name}</th>
                  {values.map((value, index) => (
                    <td key={names[index] ?? index}>{value}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more > 0 ? (
        <Text size="xs" c="dimmed">
          And {more} more.
        </Text>
      ) : null}
    </section>
  );
}

import type { LevelOfPair, LeverChoice } from '@carrel/planner';
import { Button, Checkbox, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { IconPlayerStop, IconSearch } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Card, ProblemAlert } from '../../ui/index.ts';
import { formatNumber, formatSeconds } from '../results/format-quantity.ts';
import type { CheapestResult } from '../worker/try-plan.ts';
import { useJob } from '../worker/use-job.ts';
import { ComparisonTables } from './comparison-tables.tsx';
import type { WhatIfPanelProps } from './what-if-panel-props.ts';

const levers = {
  techniques: 'How first versions come',
  repositories: 'Where repositories stand',
  links: 'Faster links (where the plan says what the present one costs)',
  officePeers: 'Office peers (computers of a location give each other image data)',
  shares: 'What downloads may take of links',
} as const satisfies Partial<Record<keyof LeverChoice, string>>;
type Lever = keyof typeof levers;
const leverNames = Object.keys(levers) as Lever[];

/** The search for the cheapest design that meets all service levels. */
export function CheapestCard({ design, isReadOnly, onTake }: WhatIfPanelProps): ReactNode {
  const [chosen, setChosen] = useState<readonly Lever[]>(leverNames);
  const job = useJob('findCheapest');
  const choice: LeverChoice = Object.fromEntries(leverNames.map((name) => [name, chosen.includes(name)]));
  return (
    <Card
      title="Cheapest design"
      description="Looks for the design that costs least of those that meet every service level, and says what binds it."
    >
      <Stack gap="md">
        <Checkbox.Group
          label="What may be changed"
          value={[...chosen]}
          onChange={(names) => setChosen(leverNames.filter((name) => names.includes(name)))}
        >
          <Group gap="md" mt={6}>
            {leverNames.map((name) => (
              <Checkbox key={name} value={name} label={levers[name]} />
            ))}
          </Group>
        </Checkbox.Group>
        <Group gap="sm">
          {job.isRunning ? (
            <>
              <Button
                variant="default"
                leftSection={<IconPlayerStop size={16} aria-hidden />}
                onClick={job.cancel}
              >
                Cancel
              </Button>
              <Loader size="xs" aria-label="Searching" />
            </>
          ) : (
            <Button
              variant="default"
              leftSection={<IconSearch size={16} aria-hidden />}
              disabled={chosen.length === 0}
              onClick={() => job.start({ design, levers: choice })}
            >
              Search
            </Button>
          )}
        </Group>
        {job.error ? <ProblemAlert error={job.error} /> : null}
        {job.result ? (
          <>
            <Findings result={job.result} />
            {isReadOnly || job.result.found.edits.length === 0 ? null : (
              <Button
                size="xs"
                style={{ alignSelf: 'flex-start' }}
                onClick={() => job.result && onTake(job.result.found.design.plan)}
              >
                Take it into the plan
              </Button>
            )}
            <ComparisonTables comparison={job.result.comparison} names={['Now', 'Cheapest']} />
          </>
        ) : null}
      </Stack>
    </Card>
  );
}

function Findings({ result }: { readonly result: CheapestResult }): ReactNode {
  const { found } = result;
  const { currency } = found.design.cost;
  const saved = found.planned.cost.total - found.design.cost.total;
  return (
    <Stack gap="sm">
      <Text size="sm" role="status">
        {found.isMet
          ? 'Every service level is met'
          : 'No setting meets every service level; this comes closest'}
        :{' '}
        <b>
          {formatNumber(found.design.cost.total)} {currency}
        </b>{' '}
        over {found.design.plan.costs.months} months,{' '}
        {saved === 0
          ? 'as the plan is'
          : `${formatNumber(Math.abs(saved))} ${currency} ${saved > 0 ? 'less' : 'more'} than the plan`}
        .{' '}
        {found.isExact
          ? `All ${formatNumber(found.designsMade)} settings were tried.`
          : `${formatNumber(found.designsMade)} designs were made; nothing costs less than ${formatNumber(found.lowerBound)} ${currency}.`}
      </Text>
      <Sentences
        title="What it changes, and why"
        sentences={found.changes.map(({ lever, option, costWithout, missedWithout }) => ({
          first: `${lever}: ${option}`,
          second:
            missedWithout.length > 0
              ? `without it ${missedWithout.length} service levels are missed, first ${levelOf(missedWithout[0])}`
              : `without it the design costs ${formatNumber(costWithout)} ${currency} more`,
        }))}
      />
      <Sentences
        title={found.isMet ? 'What leaves least room' : 'What nothing meets'}
        sentences={(found.isMet ? found.tightest : found.impossible).map((level) => ({
          first: levelOf(level),
          second: `${formatSeconds(level.seconds)} of ${formatSeconds(level.acceptableSeconds)}`,
        }))}
      />
    </Stack>
  );
}

function levelOf(level: LevelOfPair | undefined): string {
  if (!level) return '';
  return `${level.location}: ${level.workspace}, ${level.level === 'initialLoad' ? 'first load' : 'update'}`;
}

interface SentencesProps {
  readonly title: string;
  readonly sentences: readonly { readonly first: string; readonly second: string }[];
}

function Sentences({ title, sentences }: SentencesProps): ReactNode {
  if (sentences.length === 0) return null;
  return (
    <section>
      <Title order={3} fz="sm">
        {title}
      </Title>
      <ul>
        {sentences.map(({ first, second }) => (
          <li key={first}>
            <Text size="sm" component="span">
              <b>{first}</b>: {second}
            </Text>
          </li>
        ))}
      </ul>
    </section>
  );
}

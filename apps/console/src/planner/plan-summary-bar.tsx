import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { StatusBadge } from '../ui/index.ts';
import type { LatestJudgement } from './editing/use-judgement.ts';
import { withPlace } from './editing/with-place.ts';
import { FaultList } from './inputs/fault-list.tsx';
import classes from './plan-page.module.css';
import type { PlanTab } from './plan-tabs.ts';
import { formatNumber } from './results/format-quantity.ts';

export interface PlanSummaryBarProps {
  readonly judgement: LatestJudgement;
  /** Absent where there are no tabs. */
  readonly onTab?: (tab: PlanTab) => void;
}

/** As many findings as are shown at once. */
const shownFindings = 20;

/** The design in five numbers, and what is to be said about it. Follows the typing. */
export function PlanSummaryBar({ judgement, onTab }: PlanSummaryBarProps): ReactNode {
  const { design, findings, isBehind, draft = {} } = judgement;
  const errors = findings.filter(({ severity }) => severity === 'error');
  const notes = findings.filter(({ severity }) => severity === 'warning');
  const [isOpen, opened] = useDisclosure(false);
  const facts = design
    ? [
        ['Users', formatNumber(design.instances.reduce((sum, { clients }) => sum + clients, 0))],
        ['Instances', formatNumber(design.instances.length)],
        ['Repositories', formatNumber(design.repositories.length)],
        ['Service levels missed', formatNumber(design.distribution.filter(isLate).length)],
        [`${design.cost.currency} a month`, formatNumber(design.cost.monthly)],
      ]
    : [];
  return (
    <section className={classes.summary} aria-label="The design in short" aria-busy={isBehind}>
      {facts.length === 0 ? null : (
        <dl className={isBehind ? classes.behind : undefined}>
          {facts.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <div className={classes.findings}>
        <Group gap="xs" role="status">
          {judgement.draft === undefined ? (
            <Text size="sm">The design is being made.</Text>
          ) : (
            <>
              {errors.length > 0 ? (
                <StatusBadge tone="bad">
                  {errors.length === 1 ? '1 error to correct' : `${errors.length} errors to correct`}
                </StatusBadge>
              ) : null}
              {errors.length === 0 && notes.length === 0 ? (
                <StatusBadge tone="good">no errors</StatusBadge>
              ) : null}
              {notes.length > 0 ? (
                <StatusBadge tone="warn">
                  {notes.length === 1 ? '1 note' : `${notes.length} notes`}
                </StatusBadge>
              ) : null}
            </>
          )}
          {findings.length === 0 ? null : (
            <Button size="compact-xs" variant="subtle" aria-expanded={isOpen} onClick={opened.toggle}>
              {isOpen ? 'Hide' : 'Show'}
            </Button>
          )}
          {errors.length > 0 && onTab ? (
            <Button size="compact-xs" variant="subtle" onClick={() => onTab('inputs')}>
              Go to the inputs
            </Button>
          ) : null}
        </Group>
        {isOpen ? (
          <>
            <FaultList
              findings={[...errors, ...notes]
                .slice(0, shownFindings)
                .map((finding) => withPlace(finding, draft))}
            />
            {findings.length > shownFindings ? (
              <Text size="xs" c="dimmed">
                And {findings.length - shownFindings} more.
              </Text>
            ) : null}
          </>
        ) : null}
      </div>
    </section>
  );
}

function isLate({
  meets,
}: {
  readonly meets: { readonly initialLoad: boolean; readonly update: boolean };
}): boolean {
  return !meets.initialLoad || !meets.update;
}

import type { Decision, Design } from '@carrel/planner';
import { Accordion, Button, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Card } from '../../ui/index.ts';
import { DecisionDetails } from './decision-details.tsx';
import classes from './decisions.module.css';

/** Steps of the planning guide. */
const steps = {
  1: 'Step 1: scope of the project',
  2: 'Step 2: number of instances',
  3: 'Step 3: servers of each instance',
  4: 'Step 4: image repositories',
} as const satisfies Record<Decision['step'], string>;

/** Decisions of one step shown at once. */
const shownAtOnce = 30;

/** Every decision with its answer; opened, also with what it rests on. */
export function DecisionsPanel({ design }: { readonly design: Design }): ReactNode {
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const found = design.decisions.filter(({ subject, question, answer }) =>
    `${subject} ${question} ${answer}`.toLowerCase().includes(wanted),
  );
  return (
    <Stack gap="md">
      <TextInput
        maw={340}
        aria-label="Search decisions"
        placeholder="Search by location, workspace or word"
        leftSection={<IconSearch size={15} aria-hidden />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {([1, 2, 3, 4] as const).map((step) => (
        <StepCard key={step} title={steps[step]} decisions={found.filter((each) => each.step === step)} />
      ))}
      {found.length === 0 ? <Text c="dimmed">No decision has these words.</Text> : null}
    </Stack>
  );
}

interface StepCardProps {
  readonly title: string;
  readonly decisions: readonly Decision[];
}

function StepCard({ title, decisions }: StepCardProps): ReactNode {
  const [shown, setShown] = useState(shownAtOnce);
  if (decisions.length === 0) return null;
  return (
    <Card title={title} flush>
      <Accordion
        multiple
        keepMounted={false}
        order={3}
        chevronPosition="left"
        classNames={{ item: classes.item ?? '' }}
      >
        {decisions.slice(0, shown).map((decision) => (
          <Accordion.Item key={placeOf(decision)} value={placeOf(decision)}>
            <Accordion.Control>
              <span className={classes.head}>
                <span className={classes.question}>
                  {decision.question}
                  {decision.subject === '' ? null : (
                    <span className={classes.subject}>{decision.subject}</span>
                  )}
                </span>
                <span className={classes.answer}>{decision.answer}</span>
              </span>
            </Accordion.Control>
            <Accordion.Panel>
              <DecisionDetails decision={decision} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      {decisions.length > shown ? (
        <Button size="xs" variant="subtle" m="xs" onClick={() => setShown(shown + shownAtOnce)}>
          Show more ({shown} of {decisions.length} shown)
        </Button>
      ) : null}
    </Card>
  );
}

/** Ends up in identities of the page, which must not have spaces in them. */
function placeOf({ id, subject }: Decision): string {
  return encodeURIComponent(`${id}/${subject}`);
}

/** What stands in the place of results while the plan has errors. */
export function NoDesign({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <Card>
      <Stack gap={4}>
        <Title order={2} fz="md">
          No design yet
        </Title>
        <Text size="sm" c="dimmed">
          {children}
        </Text>
      </Stack>
    </Card>
  );
}

import type { Decision, NumberOrigin } from '@carrel/planner';
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { StatusBadge, type Tone } from '../../ui/index.ts';
import { formatQuantity } from '../results/format-quantity.ts';
import classes from './decisions.module.css';

const origins: Readonly<Record<NumberOrigin, { readonly word: string; readonly tone: Tone }>> = {
  input: { word: 'entered', tone: 'info' },
  assumed: { word: 'assumed', tone: 'warn' },
  profile: { word: 'product', tone: 'neutral' },
  derived: { word: 'computed', tone: 'neutral' },
};

/** What a decision rests on: rule, numbers, what else was possible, and what would change it. */
export function DecisionDetails({ decision }: { readonly decision: Decision }): ReactNode {
  const { rule, numbers, alternatives, flips } = decision;
  return (
    <div className={classes.details}>
      <section>
        <Text size="xs" c="dimmed" fw={600}>
          Rule
        </Text>
        <Text size="sm">{rule.text}</Text>
        <Text size="xs" c="dimmed">
          {rule.source} · <span className="mono">{rule.id}</span>
        </Text>
      </section>
      {numbers.length === 0 ? null : (
        <section>
          <Text size="xs" c="dimmed" fw={600}>
            Numbers
          </Text>
          <dl className={classes.numbers}>
            {numbers.map(({ name, value, unit, origin }) => (
              <div key={`${name} ${unit} ${value}`}>
                <dt>{name}</dt>
                <dd>
                  <b>{formatQuantity(value, unit)}</b>{' '}
                  <StatusBadge tone={origins[origin].tone} plain>
                    {origins[origin].word}
                  </StatusBadge>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <Sentences
        title="Other ways"
        sentences={alternatives.map(({ answer, why }) => ({ first: answer, second: why }))}
      />
      <Sentences
        title="What would change it"
        sentences={flips.map(({ when, then }) => ({ first: when, second: then }))}
      />
    </div>
  );
}

interface SentencesProps {
  readonly title: string;
  readonly sentences: readonly { readonly first: string; readonly second: string }[];
}

function Sentences({ title, sentences }: SentencesProps): ReactNode {
  if (sentences.length === 0) return null;
  return (
    <section>
      <Text size="xs" c="dimmed" fw={600}>
        {title}
      </Text>
      <ul className={classes.sentences}>
        {sentences.map(({ first, second }) => (
          <li key={`${first} ${second}`}>
            <b>{first.replace(/\.$/u, '')}</b>: {second}
          </li>
        ))}
      </ul>
    </section>
  );
}

import type { AffectedPeople, Effect, WorkspaceEffect } from '@carrel/contract';
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { grantLabel, showGrantValue } from '../assignments/grant-words.ts';
import { ChangeList } from '../changes/change-list.tsx';
import classes from './effect-summary.module.css';
import { peopleWords } from './people-words.ts';

/** Who gains, who loses, and what becomes another for whom. */
export function EffectSummary({ effect }: { readonly effect: Effect }): ReactNode {
  return (
    <section className={classes.summary} aria-label="What would change">
      <Text size="sm" fw={600}>
        {effect.users.count === 0
          ? 'Nothing changes for anybody.'
          : `Changes something for ${peopleWords(effect.users)}`}
      </Text>
      {effect.workspaces.map((workspace) => (
        <OneWorkspace key={workspace.name} effect={workspace} isNamed={effect.workspaces.length > 1} />
      ))}
    </section>
  );
}

interface OneWorkspaceProps {
  readonly effect: WorkspaceEffect;
  readonly isNamed: boolean;
}

function OneWorkspace({ effect, isNamed }: OneWorkspaceProps): ReactNode {
  const { gained, lost, settings, fields } = effect;
  return (
    <div className={classes.workspace}>
      {isNamed ? (
        <Text size="sm" fw={600}>
          {effect.name}
        </Text>
      ) : null}
      <ul className={classes.facts}>
        {gained.count > 0 ? <People tone="good" verb="gain it" people={gained} /> : null}
        {lost.count > 0 ? <People tone="bad" verb="lose it" people={lost} /> : null}
      </ul>
      {fields.changes.length === 0 ? null : (
        <div>
          <Text size="sm" mb={6}>
            {fields.users.count === 0
              ? 'Nobody has it, so nobody notices:'
              : `For ${peopleWords(fields.users)} who keep it:`}
          </Text>
          <ChangeList changes={fields.changes} />
        </div>
      )}
      {settings.length === 0 ? null : (
        <ul className={classes.facts}>
          {settings.map(({ setting, before, after, users }, index) => (
            <li key={index}>
              <Text size="sm">
                <b>{grantLabel(setting)}</b>: <del>{showGrantValue(setting, before)}</del> →{' '}
                {showGrantValue(setting, after)}, for {peopleWords(users)}
              </Text>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface PeopleProps {
  readonly tone: 'good' | 'bad';
  readonly verb: string;
  readonly people: AffectedPeople;
}

function People({ tone, verb, people }: PeopleProps): ReactNode {
  return (
    <li data-tone={tone} className={classes.people}>
      <Text size="sm" span>
        {people.count} {people.count === 1 ? verb.replace(/^(\w+)/, (word) => `${word}s`) : verb}:{' '}
        {namesOf(people)}
      </Text>
    </li>
  );
}

function namesOf({ count, names }: AffectedPeople): string {
  const more = count - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}

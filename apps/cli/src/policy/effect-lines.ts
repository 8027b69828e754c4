import type { AffectedPeople, Effect, WorkspaceEffect } from '@carrel/contract';
import { describeSetting } from './describe-setting.ts';

/** What a change does to people, a line each; one line when it does nothing. */
export function effectLines(effect: Effect): string[] {
  if (effect.users.count === 0) return ['Nothing changes for anybody.'];
  const heading = `Something changes for ${people(effect.users)}:`;
  return [heading, ...effect.workspaces.flatMap(workspaceLines).map((line) => `  ${line}`)];
}

function workspaceLines({ name, gained, lost, settings, fields }: WorkspaceEffect): string[] {
  const lines = settings.map(({ setting, before, after, users }) => {
    const values = `${describeSetting(setting, before)} → ${describeSetting(setting, after)}`;
    return `${name}: ${setting} ${values} for ${people(users)}`;
  });
  const { changes, users } = fields;
  return [
    ...(gained.count > 0 ? [`${name}: gained by ${people(gained)}`] : []),
    ...(lost.count > 0 ? [`${name}: lost by ${people(lost)}`] : []),
    ...lines,
    ...(users.count > 0
      ? [`${name}: ${counted(changes.length, 'field')} become others for ${people(users)}`]
      : []),
  ];
}

/** `3 users (ada, bob, eve)`, `12 users (ada, … and 2 more)` */
function people({ count, names }: AffectedPeople): string {
  const more = count - names.length;
  const listed = more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
  return `${counted(count, 'user')}${listed === '' ? '' : ` (${listed})`}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

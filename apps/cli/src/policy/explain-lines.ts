import type { ExplainedGrant, ExplainedValue, ExplainedWorkspace, Explanation } from '@carrel/contract';
import { describeSetting } from './describe-setting.ts';

/** Why a user may use what they may use, for eyes. */
export function explanationLines({ user, groups, workspaces }: Explanation): string[] {
  const nested = groups.filter((group) => group.path.length > 1).map((group) => group.path.join(' > '));
  return [
    `${user.userName} (${user.displayName})${user.isDisabled ? ': disabled, so may use nothing' : ''}`,
    `  in ${groups.length === 0 ? 'no group' : groups.map((group) => group.name).join(', ')}`,
    ...nested.map((path) => `  through ${path}`),
    ...workspaces.flatMap(workspaceLines),
    ...(workspaces.length === 0 ? ['No assignment reaches them.'] : []),
  ];
}

function workspaceLines(workspace: ExplainedWorkspace): string[] {
  const { name, grants, values, deniedBy, revision, updatedBy } = workspace;
  const nameOf = (id: string): string => grantName(grants.find((grant) => grant.assignmentId === id));
  return [
    '',
    `${name}: ${outcomeWords(workspace)}`,
    ...grants.map((grant) => `  ${grantLine(grant)}`),
    ...deniedBy.map((id) => `  denied by ${nameOf(id)}, which beats every grant`),
    ...values.map((value) => `  ${valueLine(value, nameOf)}`),
    `  policy: revision ${revision}, by ${updatedBy}, the same for everybody who has it`,
  ];
}

function outcomeWords({ outcome, precedence, grants }: ExplainedWorkspace): string {
  const rule =
    precedence === 'user'
      ? 'a grant to the user goes before grants to groups'
      : 'the least restrictive value counts';
  switch (outcome) {
    case 'granted':
      return grants.length > 1 ? `granted; ${rule}` : 'granted';
    case 'denied':
      return 'denied';
    case 'expired':
      return 'granted until a day that is over';
    case 'none':
      return 'not granted: no assignment reaches them';
  }
}

function grantLine(grant: ExplainedGrant): string {
  const verb = grant.effect === 'deny' ? 'denied to' : 'granted to';
  const through = grant.path.length > 1 ? ` through ${grant.path.join(' > ')}` : '';
  const reason = { outranked: 'outranked by a grant to the user', expired: 'its last day is over' };
  const leftOut = grant.leftOut === null ? '' : ` (does not count: ${reason[grant.leftOut]})`;
  return `${verb} ${grantName(grant)}${through}${leftOut}`;
}

function valueLine(
  { setting, value, from, together, overrode }: ExplainedValue,
  nameOf: (id: string) => string,
): string {
  const others = overrode.length === 0 ? '' : `, over ${overrode.map(nameOf).join(', ')}`;
  return `${setting}: ${describeSetting(setting, value)}  [${[from, ...together].map(nameOf).join(' and ')}${others}]`;
}

function grantName(grant: ExplainedGrant | undefined): string {
  return grant ? `${grant.principal.kind} ${grant.principalName}` : 'another grant';
}

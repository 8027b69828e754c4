import type { Decision, PlanNumber } from '../decision.ts';
import type { InstanceDesign, InstanceReason } from '../design.ts';
import type { Survey } from '../survey.ts';
import { decide, derived, ofProfile, people, show } from './decide.ts';

const reasonWords: Readonly<Record<InstanceReason, string>> = {
  first: 'to begin with',
  users: 'for the limit of users',
  'trust-domain': 'for untrusted domains',
  'isolated-network': 'for isolated networks',
  organisation: 'for organisation',
  law: 'for law',
};

/** Step 2: how many instances, and why each. */
export function instanceDecisions(survey: Survey, instances: readonly InstanceDesign[]): Decision[] {
  return [countDecision(survey, instances), ...instances.map((instance) => reasonDecision(survey, instance))];
}

function countDecision({ profile, groups }: Survey, instances: readonly InstanceDesign[]): Decision {
  const { clientsPerInstance } = profile.limits;
  const counts = new Map<InstanceReason, number>();
  for (const { reason } of instances) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const clients = instances.reduce((sum, instance) => sum + instance.clients, 0);
  const spare = spareClients(groups, clientsPerInstance);
  return decide('instances.count', {
    answer:
      instances.length === 1
        ? '1 carries everybody.'
        : `${instances.length}: ${[...counts].map(([reason, count]) => `${count} ${reasonWords[reason]}`).join(', ')}.`,
    numbers: [
      derived('clients', clients, 'clients'),
      ofProfile('clients an instance carries', clientsPerInstance, 'clients'),
      derived('groups that must be apart', groups.length, 'groups'),
      ...[...counts].map(
        ([reason, count]): PlanNumber => derived(`instances ${reasonWords[reason]}`, count, 'instances'),
      ),
    ],
    alternatives: [
      {
        answer: instances.length > 1 ? `${instances.length - 1}` : '2',
        why:
          instances.length > 1
            ? 'Each has a reason that does not go away by putting it together with another.'
            : 'Instances share no workspaces: a second one without reason is work for nothing.',
      },
    ],
    flips: spare.map(({ name, left }) => ({
      when: `${name} grows by more than ${show(left)} clients`,
      then: 'it needs one more instance',
    })),
  });
}

/** Clients that each group can grow by without one more instance. */
function spareClients(
  groups: Survey['groups'],
  limit: number,
): { readonly name: string; readonly left: number }[] {
  return groups.map(({ name, cells }) => {
    const clients = [...cells.values()].reduce((sum, cell) => sum + cell.clients, 0);
    return { name, left: Math.ceil(clients / limit) * limit - clients };
  });
}

function reasonDecision({ profile }: Survey, instance: InstanceDesign): Decision {
  const { clientsPerInstance } = profile.limits;
  return decide('instances.reason', {
    subject: instance.name,
    answer: `${instance.because} It carries ${people(instance.clients)} at ${instance.population.length} locations.`,
    numbers: [
      derived('clients', instance.clients, 'clients'),
      ofProfile('clients an instance carries', clientsPerInstance, 'clients'),
    ],
    flips: [flipOf(instance, clientsPerInstance)],
  });
}

function flipOf({ reason, clients }: InstanceDesign, limit: number): Decision['flips'][number] {
  switch (reason) {
    case 'first':
      return {
        when: `more than ${show(limit)} clients belong to its group`,
        then: 'a further instance takes the rest',
      };
    case 'users':
      return {
        when: `there are ${show(clients)} clients fewer, or the limit is that much higher`,
        then: 'it goes',
      };
    case 'trust-domain':
      return { when: 'the domain of the servers trusts theirs', then: 'its people join the main instance' };
    case 'isolated-network':
      return { when: 'the network gets a link to the others', then: 'its people join the main instance' };
    case 'organisation':
    case 'law':
      return { when: 'nothing sets the group apart any more', then: 'its people join the main instance' };
  }
}

import type { Decision, DecisionId, Design } from '../../decisions/index.ts';
import type { Source } from './plan-document.ts';
import { formatQuantity } from './prose.ts';

/** Rules of documents for what no decision computes; those of decisions stand beside them. */
export const documentRules = {
  plan: { text: 'As the plan file says.', source: 'the plan' },
  profile: { text: 'A limit of the product that the plan is for.', source: 'the product profile' },
  'document.count': { text: 'Counted: the entries that this document lists.', source: 'this document' },
  'document.growth': {
    text: 'People of a year = people of the plan × (one + growth a year), for each year, rounded up.',
    source: 'the plan, under growth',
  },
  'document.cost': {
    text: 'Amount = count × price; the total = what is paid once + what is paid a month × months.',
    source: 'the plan, under costs',
  },
  'document.simulation': {
    text: 'Simulated with the seed that is named, from the same plan; docs/simulation.md says how.',
    source: 'the simulation',
  },
} as const;
type DocumentRule = keyof typeof documentRules;

/** Says where numbers of a design come from. */
export interface Sources {
  /** A decision about a subject; where it was not made for that subject alone, the one for the plan as a whole. */
  readonly decision: (id: DecisionId, subject: string) => Source;
  readonly own: (rule: DocumentRule, of: string, inputs?: readonly string[]) => Source;
}

/** The sources of a design. */
export function sourcesOf({ decisions }: Design): Sources {
  const byPlace = new Map(decisions.map((decision) => [keyOf(decision.id, decision.subject), decision]));
  return {
    decision: (id, subject) => {
      const decision = byPlace.get(keyOf(id, subject)) ?? byPlace.get(keyOf(id, ''));
      return decision ? sourceOf(decision) : { ruleId: id, of: subject, inputs: [] };
    },
    own: (ruleId, of, inputs = []) => ({ ruleId, of, inputs }),
  };
}

/** A decision as the source of what it says. */
export function sourceOf({ id, subject, rule, numbers }: Decision): Source {
  return {
    ruleId: rule.id,
    of: subject === '' ? id : `${id}, ${subject}`,
    inputs: numbers.map(
      ({ name, value, unit, origin }) => `${name} = ${formatQuantity(value, unit)} (${origin})`,
    ),
  };
}

function keyOf(id: DecisionId, subject: string): string {
  return JSON.stringify([id, subject]);
}

import { type Finding, planSchema } from '@carrel/planner';
import { fieldErrors } from '../../ui/index.ts';
import { namesOf, type PlanDraft, rowsOf, textOf } from '../editing/plan-draft.ts';
import { newRow } from '../editing/plan-settings.ts';
import { withEverybody } from '../editing/population.ts';

/** A step of the interview. */
export interface InterviewStep {
  readonly label: string;
  readonly question: string;
  readonly about: string;
  /** Parts of the plan that it asks for. */
  readonly parts: readonly string[];
}

/** What a plan is made of, asked in the order of the planning guide. */
export const steps: readonly InterviewStep[] = [
  {
    label: 'Plan',
    question: 'What is it for?',
    about: 'The product decides which limits hold.',
    parts: ['name', 'description', 'profile'],
  },
  {
    label: 'Locations',
    question: 'Where do people work?',
    about:
      'Begin with the centre of the network, which is linked to nothing; link the others to the next one on the way there. Tables of a spreadsheet can be pasted.',
    parts: ['locations'],
  },
  {
    label: 'Images',
    question: 'Which virtual machines do they need?',
    about: 'A rough size is enough for a beginning; it counts as assumed until it is measured.',
    parts: ['images'],
  },
  {
    label: 'Workspaces',
    question: 'Who gets what, and what does the business expect?',
    about:
      'A workspace is an image with a policy. How soon must it be there, how soon an update? How long may people work without contact: 0 hours forbids it.',
    parts: ['workspaces'],
  },
  {
    label: 'Special cases',
    question: 'Is anybody set apart?',
    about:
      'Isolated networks, domains that are not trusted, and groups that organisation or law keeps apart need instances of their own. Often there is none of this.',
    parts: ['locations', 'trustDomains', 'separations', 'travellers'],
  },
  {
    label: 'First design',
    question: 'This is what comes of it',
    about: 'Keep the plan to see every decision with its reasons, to simulate it and to try changes.',
    parts: [],
  },
];

/** What the interview begins with: a centre, and one image of a usual size. */
export const firstDraft: PlanDraft = {
  name: '',
  profile: 'carrel',
  locations: [newRow('locations')],
  images: [{ ...newRow('images'), sizeGb: 60, dataGb: 20 }],
  workspaces: [],
};

/** The draft as a step begins: images without a workspace get one, and the first is for everybody. */
export function preparedFor(step: number, draft: PlanDraft): PlanDraft {
  if (steps[step]?.label !== 'Workspaces' || rowsOf(draft, 'workspaces').length > 0) return draft;
  const workspaces = namesOf(draft, 'images').map((name) => ({ ...newRow('workspaces'), name, image: name }));
  return workspaces.length === 0 ? draft : withEverybody({ ...draft, workspaces }, 0);
}

/** What keeps a step from being finished. */
export function faultsOfStep(draft: PlanDraft, step: number): readonly Finding[] {
  const parts = steps[step]?.parts ?? [];
  const faults = Object.entries(fieldErrors(planSchema, draft)).map(([path, sentence]) =>
    fault(path, sentence),
  );
  return [...faults, ...unlinked(draft)].filter(({ path }) => parts.includes(path.split('.')[0] ?? ''));
}

/** Every location but one is linked to something, unless it is isolated. */
function unlinked(draft: PlanDraft): readonly Finding[] {
  const rows = rowsOf(draft, 'locations');
  const alone = [...rows.entries()].filter(([, row]) => row.uplink === null && row.isIsolated !== true);
  return alone
    .slice(1)
    .map(([index, row]) =>
      fault(
        `locations.${index}.uplink.to`,
        `Say which location ${textOf(row, 'name') || 'this one'} is linked to.`,
      ),
    );
}

function fault(path: string, message: string): Finding {
  return { severity: 'error', code: 'PLAN_FIELD_INVALID', path, message, remedy: '' };
}

import { checkPlan, type Finding, parsePlan, planSchema } from '@carrel/planner';
import { fieldErrors } from '../../ui/index.ts';
import { namesOf, type PlanDraft, rowsOf, textOf } from '../editing/plan-draft.ts';
import { newRow, planLists } from '../editing/plan-settings.ts';
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
    about: 'A name to find it by; the rest may stay as it is.',
    parts: ['name', 'description', 'profile'],
  },
  {
    label: 'Locations',
    question: 'Where do people work?',
    about:
      'Begin with the centre of the network, which is linked to nothing; link the others to the next one on the way there. The cells of a spreadsheet can be pasted, or its file be taken.',
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
      'A workspace is an image with a policy. Within how many hours must it have reached everybody, and an update of it? How many hours may people work without contact to the server (0: never)?',
    parts: ['workspaces'],
  },
  {
    label: 'Special cases',
    question: 'Is anybody set apart?',
    about:
      'Domains that are not trusted, and groups that organisation or law keeps apart, need instances of their own. Often there is none of this: then go on.',
    parts: ['locations', 'trustDomains', 'separations', 'travellers'],
  },
  {
    label: 'First design',
    question: 'This is the first design',
    about: 'Save the plan to see every decision with its reasons, to simulate it and to try changes.',
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

/** The draft without rows in which nobody wrote anything; a list of nothing else keeps its first. */
export function withoutEmptyRows(draft: PlanDraft): PlanDraft {
  return planLists.reduce((cleaned, list) => {
    const rows = rowsOf(cleaned, list);
    const empty = JSON.stringify(newRow(list));
    const written = rows.filter((row) => JSON.stringify(row) !== empty);
    if (written.length === rows.length) return cleaned;
    return { ...cleaned, [list]: written.length === 0 ? rows.slice(0, 1) : written };
  }, draft);
}

/** The draft as a step begins: images without a workspace get one, and the first is for everybody. */
export function preparedFor(step: number, draft: PlanDraft): PlanDraft {
  if (steps[step]?.label !== 'Workspaces' || rowsOf(draft, 'workspaces').length > 0) return draft;
  const workspaces = namesOf(draft, 'images').map((name) => ({ ...newRow('workspaces'), name, image: name }));
  return workspaces.length === 0 ? draft : withEverybody({ ...draft, workspaces }, 0);
}

/** What keeps a step from being finished: what its own fields say, and how they fit those of the steps before. */
export function faultsOfStep(draft: PlanDraft, step: number): readonly Finding[] {
  const asked = new Set(steps.slice(0, step + 1).flatMap(({ parts }) => parts));
  const known = Object.fromEntries(Object.entries(draft).filter(([part]) => asked.has(part)));
  const parts = steps[step]?.parts ?? [];
  return [...shapeFaults(known), ...misfits(known), ...unlinked(known)].filter(({ path }) =>
    parts.includes(/^\w*/u.exec(path)?.[0] ?? ''),
  );
}

function shapeFaults(draft: PlanDraft): readonly Finding[] {
  return Object.entries(fieldErrors(planSchema, draft)).map(([path, sentence]) =>
    path.endsWith('.uplink.to') && sentence === 'Fill this in.'
      ? fault(path, 'Name the location that the link leads to, or empty its bandwidth, too.')
      : fault(path, sentence),
  );
}

/** How the parts fit together; {@link unlinked} says better what is not linked. */
function misfits(draft: PlanDraft): readonly Finding[] {
  const { plan } = parsePlan(draft);
  return plan
    ? checkPlan(plan).filter(({ severity, code }) => severity === 'error' && code !== 'PLAN_NETWORK_SPLIT')
    : [];
}

/** Every location but one is linked to something, unless it is isolated. */
function unlinked(draft: PlanDraft): readonly Finding[] {
  const rows = rowsOf(draft, 'locations');
  const alone = [...rows.entries()].filter(
    ([, row]) => (row.uplink ?? null) === null && row.isIsolated !== true,
  );
  return alone
    .slice(1)
    .map(([index, row]) =>
      fault(
        `locations.${index}.uplink.to`,
        `Say which location ${textOf(row, 'name') || 'this one'} is linked to, or mark it as isolated.`,
      ),
    );
}

function fault(path: string, message: string): Finding {
  return { severity: 'error', code: 'PLAN_FIELD_INVALID', path, message, remedy: '' };
}

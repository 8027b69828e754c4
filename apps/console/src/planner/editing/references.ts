import { type DraftRow, isRecord, type PlanDraft, rowsOf } from './plan-draft.ts';
import type { PlanList } from './plan-settings.ts';

/** Fields that hold names of rows of a list, by the list or section they are in. */
const referencesTo: Readonly<Partial<Record<PlanList, readonly string[]>>> = {
  locations: [
    'locations.uplink.to',
    'travellers.from',
    'travellers.to',
    'separations.locations',
    'workspaces.population.location',
    'consoles.location',
    'placement.server',
  ],
  trustDomains: ['locations.trustDomain'],
  images: ['workspaces.image'],
  workspaces: ['separations.workspaces'],
};

/** The list whose names a field holds; `undefined` for fields that hold something else. */
export function listNamedBy(path: string): PlanList | undefined {
  const entries = Object.entries(referencesTo) as [PlanList, readonly string[]][];
  return entries.find(([, paths]) => paths.includes(path))?.[0];
}

/** Gives a row another name, everywhere the plan names it. Nothing changes while two rows share the old name. */
export function renameEverywhere(draft: PlanDraft, list: PlanList, from: string, to: string): PlanDraft {
  if (from === '' || to === '' || rowsOf(draft, list).some((row) => row.name === from)) return draft;
  return (referencesTo[list] ?? []).reduce<PlanDraft>(
    (changed, path) => renameAt(changed, path.split('.'), from, to) as DraftRow,
    draft,
  );
}

function renameAt(value: unknown, path: readonly string[], from: string, to: string): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => renameAt(each, path, from, to));
  const [field, ...rest] = path;
  if (field === undefined) return value === from ? to : value;
  if (!isRecord(value) || !(field in value)) return value;
  return { ...value, [field]: renameAt(value[field], rest, from, to) };
}

import type { Measurements } from '@carrel/contract';
import type { Design } from '../decisions/index.ts';
import { type ParsedPlan, type Plan } from '../plan-file/index.ts';
import { editPlan } from '../what-if/index.ts';
import { type AssumptionCheck, deviation } from './assumption.ts';
import { checkEvents } from './check-events.ts';
import { checkImages } from './check-images.ts';
import { checkLines, type LineUse } from './check-lines.ts';
import { byTag, checkPeople } from './check-people.ts';
import { checkService, type ServiceCheck } from './check-service.ts';

/** A plan held against what its instance measured. */
export interface ActualComparison {
  /** Whatever both know, that which is furthest off first. */
  readonly assumptions: readonly AssumptionCheck[];
  readonly service: readonly ServiceCheck[];
  readonly lines: readonly LineUse[];
  /** Of what computers needed, the part that no link had to carry: own files, older versions, colleagues, media. */
  readonly savedShare: number | undefined;
  /** Of the plan, what the instance has nothing of: names of images and workspaces, tags of locations. */
  readonly unmeasured: {
    readonly locations: string[];
    readonly images: string[];
    readonly workspaces: string[];
  };
}

/** Holds a design against measurements: which assumptions are off, whether service levels are kept, what links carry. */
export function compareWithActual(design: Design, measurements: Measurements): ActualComparison {
  const { plan, profile } = design;
  const assumptions = [
    ...checkImages(plan, profile.limits, measurements),
    ...checkPeople(plan, measurements),
    ...checkEvents(plan, measurements),
  ];
  return {
    assumptions: assumptions.toSorted((one, other) => deviation(other) - deviation(one)),
    service: checkService(design, measurements),
    lines: checkLines(plan, measurements),
    savedShare: savedShare(measurements),
    unmeasured: findUnmeasured(plan, measurements),
  };
}

/** The plan with every assumption that is off set to what was measured. Images that were corrected count as measured. */
export function replan(plan: Plan, { assumptions }: Pick<ActualComparison, 'assumptions'>): ParsedPlan {
  const edits = assumptions.flatMap(({ edit }) => edit ?? []);
  const corrected = new Set(
    edits.flatMap(({ path: [list, row] }) => (list?.name === 'images' ? (row?.name ?? []) : [])),
  );
  const origins = [...corrected].map((name) => ({
    path: [
      { kind: 'field' as const, name: 'images' },
      { kind: 'row' as const, name },
      { kind: 'field' as const, name: 'origin' },
    ],
    value: 'measured',
  }));
  return editPlan(plan, [...edits, ...origins]);
}

/** Bytes of blocks found near by against all that was needed. Downloads count packed, so the share is a lower bound. */
function savedShare({ deliveries }: Measurements): number | undefined {
  let lines = 0;
  let near = 0;
  for (const { tag, downloadedBytes, peersBytes, ...found } of deliveries) {
    if (tag !== null) continue;
    lines += downloadedBytes - peersBytes;
    near += peersBytes + found.copiesBytes + found.hostFilesBytes + found.stagedBytes;
  }
  return lines + near > 0 ? near / (lines + near) : undefined;
}

function findUnmeasured(
  plan: Plan,
  { devices, images, workspaces }: Measurements,
): ActualComparison['unmeasured'] {
  const tags = byTag(devices);
  const imageNames = new Set(images.map(({ name }) => name.toLowerCase()));
  const workspaceNames = new Set(workspaces.map(({ name }) => name.toLowerCase()));
  const missing = (rows: readonly { name: string }[], known: { has(name: string): boolean }): string[] =>
    rows.map(({ name }) => name).filter((name) => !known.has(name.toLowerCase()));
  return {
    locations: missing(plan.locations, tags),
    images: missing(plan.images, imageNames),
    workspaces: missing(plan.workspaces, workspaceNames),
  };
}

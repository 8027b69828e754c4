import type { Measurements } from '@carrel/contract';
import type { Design } from '../decisions/index.ts';
import { hoursOfSeconds } from '../quantities/index.ts';

/** Loads of an image as people saw them, against the service level and the design. */
export interface ServiceCheck {
  /** `undefined`: everywhere, as no tag names a location. */
  readonly location: string | undefined;
  readonly workspace: string;
  readonly kind: 'initial' | 'update';
  readonly loads: number;
  readonly medianHours: number;
  /** 95 of 100 were done after it. */
  readonly p95Hours: number;
  readonly longestHours: number;
  readonly serviceLevelHours: number;
  /** Until the last one has it, all beginning at once, as designed; `undefined` where the design has no such place. */
  readonly designedHours: number | undefined;
  readonly isKept: boolean;
}

/** Kept where 95 of 100 loads were done within the service level. */
export function checkService({ plan, distribution }: Design, { deliveries }: Measurements): ServiceCheck[] {
  const locations = new Map(plan.locations.map(({ name }) => [name.toLowerCase(), name]));
  const hasLocations = deliveries.some(({ tag }) => tag !== null && locations.has(tag.toLowerCase()));
  return plan.workspaces.flatMap(({ name: workspace, image, serviceLevels }) =>
    deliveries.flatMap((delivery): ServiceCheck[] => {
      const { tag, kind, timeToReady, count } = delivery;
      if (delivery.image.toLowerCase() !== image.toLowerCase() || !timeToReady) return [];
      const location = tag === null ? undefined : locations.get(tag.toLowerCase());
      if (tag === null ? hasLocations : location === undefined) return [];
      const choice = distribution.find((each) => each.workspace === workspace && each.location === location);
      const designed = kind === 'initial' ? choice?.initialLoadSeconds : choice?.updateSeconds;
      const serviceLevelHours =
        kind === 'initial' ? serviceLevels.initialLoadHours : serviceLevels.updateHours;
      const p95Hours = hoursOfSeconds(timeToReady.p95Seconds);
      return [
        {
          location,
          workspace,
          kind,
          loads: count,
          medianHours: hoursOfSeconds(timeToReady.medianSeconds),
          p95Hours,
          longestHours: hoursOfSeconds(timeToReady.longestSeconds),
          serviceLevelHours,
          designedHours: designed === undefined ? undefined : hoursOfSeconds(designed),
          isKept: p95Hours <= serviceLevelHours,
        },
      ];
    }),
  );
}

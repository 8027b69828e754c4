import type { Measurements } from '@carrel/contract';
import type { PlanInput } from '../plan-file/index.ts';
import { bytes, gbOfBytes } from '../quantities/index.ts';
import { byTag } from './check-people.ts';

type ImageInput = NonNullable<PlanInput['images']>[number];

interface PlaceNames {
  /** Of the plan. */
  readonly name: string;
  readonly locations: readonly string[];
  readonly repositories?: readonly string[];
}

/**
 * A plan of what an instance has and does, to go on from: images as measured, workspaces with their people, computers
 * by location. How locations are connected no instance knows.
 *
 * @param locations tags that name locations; without any, all computers are at one place, and so is the repository
 * @param repositories those of the locations where a repository stands; it stays
 */
export function planFromInstance(
  measurements: Measurements,
  { name, locations, repositories = [] }: PlaceNames,
): PlanInput {
  const everywhere = 'Everywhere';
  const all = measurements.devices.find(({ tag }) => tag === null)?.count ?? 0;
  const computers = locations.length > 0 ? byTag(measurements.devices) : new Map([['everywhere', all]]);
  const places = locations.length > 0 ? locations : [everywhere];
  const used = new Set(measurements.workspaces.map(({ image }) => image));
  return {
    name,
    description: `From measurements of ${measurements.from.slice(0, 10)} to ${measurements.to.slice(0, 10)}.`,
    locations: places.map((place) => ({
      name: place,
      users: computers.get(place.toLowerCase()) ?? 0,
      ...(locations.length === 0 || repositories.includes(place) ? { hasRepository: true } : {}),
    })),
    images: measurements.images.filter((image) => used.has(image.name)).flatMap(imageOf),
    workspaces: measurements.workspaces.flatMap(({ name: workspace, image, persistence, people }) => {
      const counts = locations.length > 0 ? byTag(people) : new Map([['everywhere', countOfAll(people)]]);
      const population = places.flatMap((place) => {
        const users = counts.get(place.toLowerCase()) ?? 0;
        return users > 0 ? [{ location: place, users }] : [];
      });
      return population.length > 0 ? [{ name: workspace, image, persistence, population }] : [];
    }),
    events: eventsOf(measurements),
  };
}

function countOfAll(counts: readonly { tag: string | null; count: number }[]): number {
  return counts.find(({ tag }) => tag === null)?.count ?? 0;
}

function imageOf({ name, versions }: Measurements['images'][number]): ImageInput[] {
  const newest = versions.at(-1);
  if (!newest) return [];
  const gb = (sizeBytes: number): number =>
    Math.max(0.001, Number(gbOfBytes(bytes(sizeBytes)).toPrecision(4)));
  return [
    {
      name,
      sizeGb: gb(newest.virtualSizeBytes),
      dataGb: gb(newest.dataBytes),
      packedGb: gb(newest.storedBytes),
      origin: 'measured',
    },
  ];
}

function eventsOf({ events }: Measurements): PlanInput['events'] {
  const { perDevicePerDay, averageBytes } = events;
  return {
    ...(perDevicePerDay === null ? {} : { perClientPerDay: Number(perDevicePerDay.toPrecision(3)) }),
    ...(averageBytes === null ? {} : { bytes: Math.max(1, Math.round(averageBytes)) }),
  };
}

import type { Measurements } from '@carrel/contract';
import { type ImageSizes, sizesOf } from '../decisions/index.ts';
import type { Image, Plan } from '../plan-file/index.ts';
import type { Limits } from '../profiles/index.ts';
import { bytes, gbOfBytes } from '../quantities/index.ts';
import { type AssumptionCheck, checkAssumption, rowPath } from './assumption.ts';

type MeasuredImage = Measurements['images'][number];
type Delivery = Measurements['deliveries'][number];

const dayMs = 86_400_000;

/** Sizes, rhythm and changes of the images that plan and instance both have. */
export function checkImages(plan: Plan, limits: Limits, measurements: Measurements): AssumptionCheck[] {
  const measured = new Map(measurements.images.map((image) => [image.name.toLowerCase(), image]));
  return plan.images.flatMap((image) => {
    const found = measured.get(image.name.toLowerCase());
    if (!found) return [];
    const sizes = sizesOf(image, limits);
    const deliveries = measurements.deliveries.filter(
      (delivery) => delivery.tag === null && delivery.image === found.name,
    );
    return [
      ...checkSizes(image, sizes, found),
      ...checkRhythm(image, found),
      ...checkUpdates(image, sizes, deliveries, plan.delivery.retryShare),
      ...checkSeeds(image, found, deliveries),
    ];
  });
}

function checkSizes(image: Image, { packedGb }: ImageSizes, { versions }: MeasuredImage): AssumptionCheck[] {
  const newest = versions.at(-1);
  if (!newest) return [];
  const { name } = image;
  const basis = `version ${newest.number}`;
  const size = (what: string, field: keyof Image, planned: number, sizeBytes: number): AssumptionCheck =>
    checkAssumption({
      name: `${what} of ${name}`,
      unit: 'GB',
      planned,
      measured: rounded(gbOfBytes(bytes(sizeBytes))),
      basis,
      path: rowPath('images', name, field),
    });
  return [
    size('Virtual disk', 'sizeGb', image.sizeGb, newest.virtualSizeBytes),
    size('Used data', 'dataGb', image.dataGb, newest.dataBytes),
    size('Packed size', 'packedGb', packedGb, newest.storedBytes),
  ];
}

function checkRhythm({ name, update }: Image, { versions }: MeasuredImage): AssumptionCheck[] {
  const published = versions
    .flatMap(({ publishedAt }) => (publishedAt === null ? [] : [Date.parse(publishedAt)]))
    .toSorted((a, b) => a - b);
  const [first] = published;
  const last = published.at(-1);
  if (first === undefined || last === undefined || published.length < 2 || last === first) return [];
  const gaps = published.length - 1;
  return [
    checkAssumption({
      name: `Days between versions of ${name}`,
      unit: 'days',
      planned: update.everyDays,
      measured: rounded((last - first) / dayMs / gaps),
      basis: `${published.length} published versions`,
      path: rowPath('images', name, 'update', 'everyDays'),
    }),
  ];
}

function checkUpdates(
  { name }: Image,
  { changedGb }: ImageSizes,
  deliveries: readonly Delivery[],
  retryShare: number,
): AssumptionCheck[] {
  const updates = deliveries.find(({ kind }) => kind === 'update');
  if (!updates) return [];
  const each = updates.downloadedBytes / updates.count / (1 + retryShare);
  return [
    checkAssumption({
      name: `What a new version of ${name} adds`,
      unit: 'GB',
      planned: changedGb,
      measured: rounded(gbOfBytes(bytes(each))),
      basis: `${updates.count} updates`,
      path: rowPath('images', name, 'update', 'changedGb'),
    }),
  ];
}

/** What lies on the computer is counted in blocks of the image, so it is a part of the image's data. */
function checkSeeds(
  { name, hostSeedShare }: Image,
  { versions }: MeasuredImage,
  deliveries: readonly Delivery[],
): AssumptionCheck[] {
  const first = deliveries.find(({ kind }) => kind === 'initial');
  const dataBytes = versions.at(-1)?.dataBytes ?? 0;
  if (!first || dataBytes === 0) return [];
  const measured = Math.min(1, rounded(first.hostFilesBytes / first.count / dataBytes));
  return [
    checkAssumption({
      name: `Part of ${name} that computers have`,
      unit: '',
      planned: hostSeedShare,
      measured,
      basis: `${first.count} first loads`,
      path: rowPath('images', name, 'hostSeedShare'),
    }),
  ];
}

/** Four significant digits: more would be pretence, and makes edits unreadable. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

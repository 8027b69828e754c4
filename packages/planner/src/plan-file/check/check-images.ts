import type { Finding } from '../finding.ts';
import type { Plan } from '../plan-schema.ts';
import type { Image } from '../workspace-schema.ts';
import { error, warning } from './findings.ts';

/** Sizes that contradict each other, images nobody uses, and separations of nothing. */
export function checkImages(plan: Plan): Finding[] {
  const used = new Set(plan.workspaces.map(({ image }) => image));
  return [
    ...plan.images.flatMap((image, at) => checkSizes(image, at)),
    ...plan.images.flatMap(({ name }, at): Finding[] =>
      used.has(name) || plan.workspaces.length === 0
        ? []
        : [
            warning(
              'PLAN_IMAGE_UNUSED',
              `images[${at}]`,
              `No workspace runs the image ${name}.`,
              'Add a workspace that does, or leave the image out.',
            ),
          ],
    ),
    ...plan.separations.flatMap(({ name, locations, workspaces }, at): Finding[] =>
      locations.length + workspaces.length > 0
        ? []
        : [
            error(
              'PLAN_SEPARATION_EMPTY',
              `separations[${at}]`,
              `${name} names neither locations nor workspaces.`,
              'Name the locations or workspaces it sets apart.',
            ),
          ],
    ),
  ];
}

/** Each size has to fit into the one before it. */
function checkSizes({ name, sizeGb, dataGb, packedGb, bootGb, update }: Image, at: number): Finding[] {
  const sizes: readonly (readonly [
    field: string,
    size: number | null,
    within: string,
    limit: number | null,
  ])[] = [
    ['dataGb', dataGb, 'sizeGb', sizeGb],
    ['packedGb', packedGb, 'sizeGb', sizeGb],
    ['bootGb', bootGb, 'packedGb', packedGb],
    ['update.changedGb', update.changedGb, 'sizeGb', sizeGb],
  ];
  return sizes.flatMap(([field, size, within, limit]): Finding[] =>
    size === null || limit === null || size <= limit
      ? []
      : [
          error(
            'PLAN_IMAGE_SIZES',
            `images[${at}].${field}`,
            `${field} of ${name} is ${size} GB, more than its ${within} of ${limit} GB.`,
            'Correct one of them; all are in GB of a thousand million bytes.',
          ),
        ],
  );
}

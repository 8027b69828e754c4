import type { ImageServices } from '../images/index.ts';
import type { GarbagePlan } from '../repository/index.ts';
import type { TaskWork } from './task-runner.ts';

export interface GarbageChoice {
  /** What came or was used less long ago stays: its push may not be complete. */
  readonly graceMs: number;
}

/**
 * Finds what the built-in repository can do without: manifests that have no tag and are no version of an image, those
 * that are retired versions only, whose tags go with them, and what only they need.
 */
export async function planServerGarbage(
  { database, repository }: Pick<ImageServices, 'database' | 'repository'>,
  { graceMs }: GarbageChoice,
  signal?: AbortSignal,
): Promise<GarbagePlan> {
  const rows = await database.queries
    .selectFrom('imageVersions')
    .select(['manifestDigest', 'state'])
    .execute();
  const digestsOf = (isRetired: boolean): Set<string> =>
    new Set(rows.filter(({ state }) => (state === 'retired') === isRetired).map((row) => row.manifestDigest));
  const [wanted, retired] = [digestsOf(false), digestsOf(true)];
  return repository.planGarbage({
    graceMs,
    isManifestWanted: (_name, digest) => wanted.has(digest),
    isKeptByTags: (_name, digest) => wanted.has(digest) || !retired.has(digest),
    ...(signal ? { signal } : {}),
  });
}

/** Plans and removes in one go. May be done twice. */
export function collectGarbage(services: ImageServices, choice: GarbageChoice): TaskWork {
  return async ({ signal, onProgress }) => {
    onProgress({ phase: 'looking' });
    const plan = await planServerGarbage(services, choice, signal);
    const receipt = await services.repository.executeGarbage(plan, { signal, onProgress });
    services.log.info({ receipt }, 'garbage of the repository was collected');
  };
}

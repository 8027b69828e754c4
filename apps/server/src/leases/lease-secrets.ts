import type { Workspace } from '@carrel/contract';
import { isAppError } from '@carrel/kit';
import { secretsOfSetup } from '@carrel/policy';
import { readSecret } from '../secrets/index.ts';
import type { Services } from '../services.ts';

/**
 * Values of the secrets that the set-ups of these workspaces name, each read once. One that was never given or was
 * deleted is missing: the step that needs it fails on the computer, and everybody else gets their leases.
 */
export async function readLeaseSecrets(
  services: Services,
  workspaces: readonly Workspace[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Set(workspaces.flatMap(({ policy }) => secretsOfSetup(policy.vmSetup)));
  const values = new Map<string, string>();
  for (const name of names) {
    const value = await readIfThere(services, name);
    if (value !== undefined) values.set(name, value);
  }
  return values;
}

async function readIfThere({ database, instance, log }: Services, name: string): Promise<string | undefined> {
  try {
    return await readSecret(database.queries, instance.masterKey, name);
  } catch (error) {
    if (!isAppError(error, 'NOT_FOUND')) throw error;
    // Said at every contact of every device that has the workspace, so not loudly.
    log.debug({ secret: name }, 'a set-up names a secret that is not there');
    return undefined;
  }
}

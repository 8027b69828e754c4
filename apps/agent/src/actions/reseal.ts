import { isAppError } from '@carrel/kit';
import { type DeviceSealingKey, openSealedKeys, sealKeys } from '@carrel/policy';
import type { KeyRing } from '../identity/key-ring.ts';
import { sealingJwk } from '../identity/sealing-jwk.ts';
import type { LeaseKeeper } from '../leases/lease-keeper.ts';
import type { WorkspaceState } from '../workspaces/workspace-state.ts';

export interface ResealParts {
  readonly keys: KeyRing;
  readonly leases: Pick<LeaseKeeper, 'list' | 'openKeys'>;
  readonly states: () => readonly WorkspaceState[];
}

/**
 * After new keys: seals what copies of images keep to the present key, and forgets the former one as soon as the
 * server has renewed all leases too. To be called after each contact; without a former key it does nothing.
 */
export async function resealToPresentKey({ keys, leases, states }: ResealParts): Promise<void> {
  const [present, former] = keys.sealing;
  if (!present || !former) return;
  const presentKey = sealingJwk(present);
  for (const state of states()) {
    for (const { source, sealedKeys } of state.record.bases) {
      if (sealedKeys === '' || (await opensWith(sealedKeys, presentKey))) continue;
      const resealed = await sealKeys(await leases.openKeys(sealedKeys), keys.publicKeys.sealingKey);
      const base = state.base(source.manifestDigest);
      if (base?.sealedKeys === sealedKeys) state.putBase({ ...base, sealedKeys: resealed });
    }
  }
  const held = await leases.list();
  const isRenewed = await Promise.all(held.map(({ sealedKeys }) => opensWith(sealedKeys, presentKey)));
  if (!isRenewed.includes(false)) await keys.forgetFormer();
}

async function opensWith(sealedKeys: string, key: DeviceSealingKey): Promise<boolean> {
  try {
    await openSealedKeys(sealedKeys, key);
    return true;
  } catch (error) {
    if (isAppError(error, 'LEASE_SIGNATURE_INVALID')) return false;
    throw error;
  }
}

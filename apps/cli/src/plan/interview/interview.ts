import { askOperation, askSeparations } from './ask-groups.ts';
import { askLocations, askTravellers } from './ask-locations.ts';
import { askImages, askWorkspaces } from './ask-workspaces.ts';
import { type Asker, askChoice, askText } from './asker.ts';
import type { Draft, Progress } from './draft.ts';

/**
 * Asks for a plan in the order of the planning guide: population and network, images, workspaces with their service
 * levels, groups that must be apart, recovery and growth. What the draft has already is not asked again; lists may be
 * added to.
 *
 * @param save called after each answer that is worth keeping
 */
export async function interview(
  asker: Asker,
  begun: Draft,
  save: (draft: Draft) => Promise<void>,
): Promise<Draft> {
  let draft = begun;
  const progress: Progress = {
    draft: () => draft,
    keep: async (part) => {
      draft = { ...draft, ...part };
      await save(draft);
    },
  };
  if (draft.name === undefined) {
    await progress.keep({ name: (await askText(asker, 'Name of the plan')) ?? 'Plan' });
  }
  if (draft.profile === undefined) {
    const profile = await askChoice(asker, 'Product it is for', ['carrel', 'medv-1.0']);
    await progress.keep({ profile: profile === 'medv-1.0' ? profile : 'carrel' });
  }
  await askLocations(asker, progress);
  await askTravellers(asker, progress);
  await askImages(asker, progress);
  await askWorkspaces(asker, progress);
  await askSeparations(asker, progress);
  await askOperation(asker, progress);
  return draft;
}

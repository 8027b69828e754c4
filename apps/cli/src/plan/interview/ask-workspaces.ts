import { type Asker, askChoice, askNumber, askText, askYes } from './asker.ts';
import type { Draft, DraftItem, Progress } from './draft.ts';

/** The images to deliver; an empty name ends the list. */
export async function askImages(asker: Asker, { draft, keep }: Progress): Promise<void> {
  asker.note('\nImages: virtual machines to deliver; an empty name ends the list');
  for (;;) {
    const images = draft().images ?? [];
    const names = images.map((image) => image.name);
    if (names.length > 0) asker.note(`  so far: ${names.join(', ')}`);
    const name = await askText(asker, 'Name of an image');
    if (name === undefined && names.length > 0) return;
    if (name === undefined || names.includes(name)) {
      asker.note(name === undefined ? '  There has to be one.' : '  That one is there already.');
      continue;
    }
    const sizeGb = await askNumber(asker, 'Size of its virtual disk, in GB', {
      standard: 40,
      least: 0.1,
      most: 65_536,
    });
    const dataGb = await askNumber(asker, 'Of that in use, in GB', {
      standard: sizeGb / 2,
      least: 0.1,
      most: sizeGb,
    });
    const isMeasured = await askYes(asker, 'Were these sizes measured', false);
    await keep({
      images: [...images, { name, sizeGb, dataGb, origin: isMeasured ? 'measured' : 'assumed' }],
    });
  }
}

/** Images with a policy, for whom, and what is expected of them; an empty name ends the list. */
export async function askWorkspaces(asker: Asker, { draft, keep }: Progress): Promise<void> {
  asker.note('\nWorkspaces: an image with a policy, and for whom; an empty name ends the list');
  for (;;) {
    const workspaces = draft().workspaces ?? [];
    const names = workspaces.map((workspace) => workspace.name);
    if (names.length > 0) asker.note(`  so far: ${names.join(', ')}`);
    const name = await askText(asker, 'Name of a workspace');
    if (name === undefined && names.length > 0) return;
    if (name === undefined || names.includes(name)) {
      asker.note(name === undefined ? '  There has to be one.' : '  That one is there already.');
      continue;
    }
    await keep({ workspaces: [...workspaces, await askWorkspace(asker, name, draft())] });
  }
}

async function askWorkspace(asker: Asker, name: string, draft: Draft): Promise<DraftItem<'workspaces'>> {
  const image = await askChoice(
    asker,
    `Image of ${name}`,
    (draft.images ?? []).map((one) => one.name),
  );
  const population: NonNullable<DraftItem<'workspaces'>['population']> = [];
  for (const location of draft.locations ?? []) {
    if (location.users === 0) continue;
    const users = await askNumber(asker, `People in ${location.name} who get it`, {
      standard: location.users,
      least: 0,
      most: location.users,
    });
    if (users > 0) population.push({ location: location.name, users: Math.round(users) });
  }
  const mayWorkOffline = await askYes(asker, 'May they work offline', true);
  const offlineLimitHours = mayWorkOffline
    ? await askNumber(asker, 'For how many hours', { standard: 168, least: 0.1, most: 87_840 })
    : 0;
  const hours = { least: 0.01, most: 8784 };
  return {
    name,
    image,
    population,
    offlineLimitHours,
    serviceLevels: {
      initialLoadHours: await askNumber(asker, 'Acceptable hours until all have a new image', {
        standard: 24,
        ...hours,
      }),
      updateHours: await askNumber(asker, 'Hours within which critical updates have to be there', {
        standard: 72,
        ...hours,
      }),
      reportSeconds: await askNumber(asker, 'Acceptable seconds until a report is shown', {
        standard: 30,
        least: 0.1,
        most: 86_400,
      }),
    },
  };
}

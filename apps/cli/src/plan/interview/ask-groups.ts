import { type Asker, askChoice, askNumber, askText, askYes } from './asker.ts';
import type { DraftItem, Progress } from './draft.ts';

/** Groups that organisation or law sets apart. */
export async function askSeparations(asker: Asker, { draft, keep }: Progress): Promise<void> {
  if (draft().separations !== undefined) return;
  asker.note(
    '\nGroups that must have servers of their own, such as payroll, or data that may not leave a country',
  );
  const separations: DraftItem<'separations'>[] = [];
  const locations = (draft().locations ?? []).map(({ name }) => name);
  const workspaces = (draft().workspaces ?? []).map(({ name }) => name);
  while (await askYes(asker, separations.length === 0 ? 'Is there one' : 'Another', false)) {
    const kind = await askChoice(asker, 'Set apart by', ['organisation', 'law']);
    const name = (await askText(asker, 'Its name')) ?? `group ${separations.length + 1}`;
    const reason = (await askText(asker, 'Why')) ?? 'not stated';
    const isOfLocation = (await askChoice(asker, 'It is', ['a location', 'a workspace'])) === 'a location';
    const member = await askChoice(asker, 'Which', isOfLocation ? locations : workspaces);
    separations.push({
      kind: kind === 'law' ? 'law' : 'organisation',
      name,
      reason,
      ...(isOfLocation ? { locations: [member] } : { workspaces: [member] }),
    });
  }
  await keep({ separations });
}

/** Recovery times, consoles and growth. */
export async function askOperation(asker: Asker, { draft, keep }: Progress): Promise<void> {
  if (draft().recovery === undefined) {
    asker.note('\nRecovery: how long people may have to do without');
    const hours = { least: 0.1, most: 8784 };
    await keep({
      recovery: {
        serverHours: await askNumber(asker, 'Hours until a failed server is back', { standard: 8, ...hours }),
        repositoryHours: await askNumber(asker, 'Hours until a failed repository is back', {
          standard: 24,
          ...hours,
        }),
        reportOutageHours: await askNumber(asker, 'Hours without reports that are bearable', {
          standard: 24,
          ...hours,
        }),
      },
    });
  }
  if (draft().consoles === undefined) {
    const names = (draft().locations ?? []).map(({ name }) => name);
    const location = await askChoice(asker, 'Where do administrators work', names);
    const count = await askNumber(asker, 'Consoles there', { standard: 1, least: 1, most: 1000 });
    await keep({ consoles: [{ location, count: Math.round(count) }] });
  }
  if (draft().growth === undefined) {
    const percent = await askNumber(asker, 'More users each year, in percent', {
      standard: 0,
      least: -90,
      most: 1000,
    });
    const years =
      percent === 0
        ? 0
        : await askNumber(asker, 'Years the design has to last', { standard: 3, least: 0, most: 10 });
    await keep({ growth: { usersPerYearShare: percent / 100, years: Math.round(years) } });
  }
}

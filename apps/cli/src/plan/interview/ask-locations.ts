import { type Asker, askChoice, askNumber, askText, askYes } from './asker.ts';
import type { Draft, DraftItem, Progress } from './draft.ts';

/** The locations and the network between them; an empty name ends the list. */
export async function askLocations(asker: Asker, { draft, keep }: Progress): Promise<void> {
  asker.note('\nLocations: begin with the centre of the network; an empty name ends the list');
  for (;;) {
    const locations = draft().locations ?? [];
    const names = locations.map(({ name }) => name);
    if (names.length > 0) asker.note(`  so far: ${names.join(', ')}`);
    const name = await askText(asker, 'Name of a location');
    if (name === undefined && names.length > 0) return;
    if (name === undefined || names.includes(name)) {
      asker.note(name === undefined ? '  There has to be one.' : '  That one is there already.');
      continue;
    }
    const location = await askLocation(asker, name, names);
    const trustDomains = withDomain(draft().trustDomains ?? [], location.trustDomain ?? undefined);
    await keep({
      locations: [...locations, location],
      ...(trustDomains.length === 0 ? {} : { trustDomains }),
    });
  }
}

async function askLocation(
  asker: Asker,
  name: string,
  others: readonly string[],
): Promise<DraftItem<'locations'>> {
  const users = await askNumber(asker, `People in ${name} who are to have a workspace`, {
    standard: 0,
    least: 0,
    most: 10_000_000,
  });
  const base = { name, users: Math.round(users) };
  if (others.length === 0) return base;
  if (await askYes(asker, `Is ${name} cut off from the other networks`, false))
    return { ...base, isIsolated: true };
  const to = await askChoice(asker, `${name} is connected to`, others);
  const bandwidthMbitPerSecond = await askNumber(asker, `Bandwidth of that link, in Mbit/s`, {
    standard: 100,
    least: 0.01,
    most: 1_000_000,
  });
  const mayHostRepository = await askYes(asker, `May a server stand in ${name}`, true);
  const hasLibrary = await askYes(
    asker,
    `Is there a library or share of software distribution in ${name}`,
    false,
  );
  const domain = await askText(
    asker,
    `Domain its people sign in to, if the servers do not trust it (empty: the servers' own)`,
  );
  return {
    ...base,
    uplink: { to, bandwidthMbitPerSecond },
    mayHostRepository,
    hasLibrary,
    ...(domain === undefined ? {} : { trustDomain: domain }),
  };
}

function withDomain(
  domains: NonNullable<Draft['trustDomains']>,
  name: string | undefined,
): NonNullable<Draft['trustDomains']> {
  if (name === undefined || domains.some((domain) => domain.name === name)) return domains;
  return [...domains, { name, isTrusted: false }];
}

/** Who works at several locations. */
export async function askTravellers(asker: Asker, { draft, keep }: Progress): Promise<void> {
  const names = (draft().locations ?? []).map(({ name }) => name);
  if (names.length < 2 || draft().travellers !== undefined) return;
  const travellers: DraftItem<'travellers'>[] = [];
  while (
    await askYes(asker, travellers.length === 0 ? 'Do people travel between locations' : 'Others', false)
  ) {
    const from = await askChoice(asker, 'They are based in', names);
    const to = await askChoice(
      asker,
      'They visit',
      names.filter((name) => name !== from),
    );
    const users = await askNumber(asker, 'How many at the same time', {
      standard: 1,
      least: 0,
      most: 10_000_000,
    });
    travellers.push({ from, to: [to], users: Math.round(users) });
  }
  await keep({ travellers });
}

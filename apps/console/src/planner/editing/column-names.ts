/** What other people call the columns of a plan's tables, by field; without units and marks. */
export const columnNames: Readonly<Record<string, readonly string[]>> = {
  'locations.name': ['name', 'site', 'office', 'branch', 'city', 'location name', 'site name', 'office name'],
  'locations.users': [
    'people',
    'user',
    'employees',
    'headcount',
    'head count',
    'staff',
    'seats',
    'persons',
    'computers',
  ],
  'locations.uplink.to': [
    'connected to',
    'uplink to',
    'uplink',
    'link to',
    'parent',
    'parent site',
    'hub',
    'via',
  ],
  'locations.uplink.bandwidthMbitPerSecond': [
    'bandwidth',
    'link speed',
    'speed',
    'wan',
    'line',
    'capacity',
    'link bandwidth',
  ],
  'locations.uplink.latencyMs': ['latency', 'rtt', 'ping', 'round trip', 'round trip time'],
  'locations.uplink.otherTrafficShare': ['other traffic share', 'utilization', 'utilisation', 'load'],
  'locations.uplink.monthlyCost': ['monthly cost', 'cost', 'cost a month', 'line cost'],
  'locations.trustDomain': ['trust domain', 'forest', 'ad domain'],
  'locations.lanMbitPerSecond': ['lan', 'lan speed'],
  'locations.workingHours.start': ['work from', 'work starts', 'opens'],
  'locations.workingHours.end': ['work until', 'work ends', 'closes'],
  'locations.utcOffsetHours': ['utc offset', 'utc offset hours', 'utc'],
  'locations.hasLibrary': ['library'],
  'locations.hasRepository': ['repository', 'has repository'],
  'locations.hasOfficePeers': ['peers'],
  'locations.mayHostRepository': ['may host repository', 'may host'],
};

const brackets = /\([^)]*\)|\[[^\]]*\]/gu;
const units = /\b(?:[kmg](?:bit|bps|b)(?:\s?(?:s|sec|second))?|ms|h|hours|percent|eur|usd)$/u;

/** A heading without what people write it in different ways by: case, accents, marks, units. */
function bareHeading(text: string): string {
  const words = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(brackets, ' ')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return words.replace(units, '').trim() || words;
}

/** A column that a heading may be of. */
export interface NamedColumn {
  readonly label: string;
  /** Other names, bare. */
  readonly names: readonly string[];
  readonly node: { readonly path: string };
}

/**
 * The columns that headings are of, each at most once, in the order of the headings.
 *
 * @param isLoose whether a heading may also have other words around a name, as `Number of employees` does
 */
export function matchHeadings<Column extends NamedColumn>(
  headings: readonly string[],
  columns: readonly Column[],
  isLoose: boolean,
): readonly (Column | undefined)[] {
  const bare = headings.map(bareHeading);
  const found = new Map<number, Column>();
  const isTaken = (column: Column): boolean => [...found.values()].includes(column);
  for (const fits of [isCalled, ...(isLoose ? [isAbout] : [])]) {
    for (const [at, heading] of bare.entries()) {
      if (found.has(at) || heading === '') continue;
      const column = columns.find((each) => !isTaken(each) && fits(each, heading));
      if (column) found.set(at, column);
    }
  }
  return headings.map((_, at) => found.get(at));
}

function isCalled({ label, names, node }: NamedColumn, heading: string): boolean {
  return heading === bareHeading(label) || heading === bareHeading(node.path) || names.includes(heading);
}

function isAbout({ label, names }: NamedColumn, heading: string): boolean {
  return [bareHeading(label), ...names].some((name) => ` ${heading} `.includes(` ${name} `));
}

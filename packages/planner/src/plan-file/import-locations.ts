import type { Cell, Sheet } from '../sheets/index.ts';
import { error } from './check/index.ts';
import type { Finding } from './finding.ts';
import { formatPath } from './format-path.ts';
import { locationSchema } from './location-schema.ts';
import type { PlanInput } from './plan-schema.ts';

type LocationInput = NonNullable<PlanInput['locations']>[number];

/** What a table of locations holds. */
export interface ImportedLocations {
  /** Only fields that the table has; for a plan's `locations`. */
  readonly locations: readonly LocationInput[];
  /** From columns such as `Users of Payroll`. */
  readonly populations: readonly {
    readonly workspace: string;
    readonly location: string;
    readonly users: number;
  }[];
  /** Everything that is wrong with it; paths are `row 3, column Users`. */
  readonly findings: readonly Finding[];
}

const fields: Readonly<Record<string, { readonly path: readonly string[]; readonly kind: Kind }>> = {
  location: { path: ['name'], kind: 'text' },
  name: { path: ['name'], kind: 'text' },
  users: { path: ['users'], kind: 'number' },
  'connected to': { path: ['uplink', 'to'], kind: 'text' },
  'uplink to': { path: ['uplink', 'to'], kind: 'text' },
  'bandwidth mbit/s': { path: ['uplink', 'bandwidthMbitPerSecond'], kind: 'number' },
  'latency ms': { path: ['uplink', 'latencyMs'], kind: 'number' },
  'other traffic share': { path: ['uplink', 'otherTrafficShare'], kind: 'number' },
  'monthly cost': { path: ['uplink', 'monthlyCost'], kind: 'number' },
  'trust domain': { path: ['trustDomain'], kind: 'text' },
  isolated: { path: ['isIsolated'], kind: 'yes or no' },
  'lan mbit/s': { path: ['lanMbitPerSecond'], kind: 'number' },
  'work from': { path: ['workingHours', 'start'], kind: 'text' },
  'work until': { path: ['workingHours', 'end'], kind: 'text' },
  'utc offset hours': { path: ['utcOffsetHours'], kind: 'number' },
  library: { path: ['hasLibrary'], kind: 'yes or no' },
  repository: { path: ['hasRepository'], kind: 'yes or no' },
  'office peers': { path: ['hasOfficePeers'], kind: 'yes or no' },
  'may host repository': { path: ['mayHostRepository'], kind: 'yes or no' },
};
type Kind = 'text' | 'number' | 'yes or no';

const population = /^users of (.+)$/iu;

/** Headings that a table of locations may have; case and spaces do not matter. */
export const locationColumns: readonly string[] = Object.keys(fields);

/**
 * Reads locations from a table with one of them in each row. An empty cell leaves the default; a row without anything
 * is passed over.
 */
export function importLocations(sheet: Sheet): ImportedLocations {
  const findings: Finding[] = [];
  const headings = sheet.columns.map((heading) => heading.trim().replaceAll(/\s+/gu, ' '));
  if (!headings.some((heading) => fieldOf(heading)?.path[0] === 'name')) {
    findings.push(
      columnFinding('Location', 'No column is called Location or Name.', 'Give each location its name.'),
    );
  }
  for (const heading of headings) {
    if (heading === '' || fieldOf(heading) || population.test(heading)) continue;
    findings.push(
      columnFinding(
        heading,
        `The column ${heading} is not known.`,
        `Take it away, or call it one of ${locationColumns.join(', ')}, or “Users of” and a workspace.`,
      ),
    );
  }
  const locations: LocationInput[] = [];
  const populations: ImportedLocations['populations'][number][] = [];
  for (const [at, row] of sheet.rows.entries()) {
    if (row.every((cell) => cell === null)) continue;
    const place = `row ${at + 2}`;
    const record = readRow(headings, row, place, findings);
    const parsed = locationSchema.safeParse(record.location);
    if (!parsed.success) {
      for (const issue of parsed.error.issues) {
        findings.push(rowFinding(place, headingOf(formatPath(issue.path), headings), issue.message));
      }
      continue;
    }
    // The schema has looked at it; what the table does not have stays out.
    locations.push({ ...record.location, name: parsed.data.name, users: parsed.data.users });
    for (const { workspace, users } of record.users) {
      populations.push({ workspace, location: parsed.data.name, users });
    }
  }
  return { locations, populations, findings };
}

interface RowRecord {
  readonly location: Record<string, unknown>;
  readonly users: { readonly workspace: string; readonly users: number }[];
}

function readRow(
  headings: readonly string[],
  row: readonly Cell[],
  place: string,
  findings: Finding[],
): RowRecord {
  const location: Record<string, unknown> = {};
  const users: RowRecord['users'] = [];
  for (const [at, heading] of headings.entries()) {
    const cell = row[at] ?? null;
    if (cell === null) continue;
    const workspace = population.exec(heading)?.[1];
    const field = fieldOf(heading);
    const kind = workspace === undefined ? field?.kind : 'number';
    if (kind === undefined) continue;
    const value = understand(cell, kind);
    if (value === undefined) {
      findings.push(rowFinding(place, heading, `expected ${kind}, found ${String(cell).slice(0, 60)}`));
    } else if (workspace !== undefined && typeof value === 'number') {
      users.push({ workspace, users: value });
    } else if (field) {
      put(location, field.path, value);
    }
  }
  return { location, users };
}

function understand(cell: Exclude<Cell, null>, kind: Kind): string | number | boolean | undefined {
  switch (kind) {
    case 'text':
      return String(cell).trim();
    case 'number': {
      const value = typeof cell === 'number' ? cell : Number(String(cell).trim() || Number.NaN);
      return Number.isFinite(value) ? value : undefined;
    }
    case 'yes or no':
      if (typeof cell === 'boolean') return cell;
      if (/^(yes|y|true|1|x)$/iu.test(String(cell).trim())) return true;
      return /^(no|n|false|0|-)$/iu.test(String(cell).trim()) ? false : undefined;
  }
}

function put(target: Record<string, unknown>, [first = '', second]: readonly string[], value: unknown): void {
  if (second === undefined) {
    target[first] = value;
    return;
  }
  const inner = (target[first] ?? {}) as Record<string, unknown>;
  inner[second] = value;
  target[first] = inner;
}

function fieldOf(heading: string): (typeof fields)[string] | undefined {
  const key = heading.toLocaleLowerCase('en');
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

function headingOf(path: string, headings: readonly string[]): string {
  return headings.find((heading) => fieldOf(heading)?.path.join('.') === path) ?? path;
}

function rowFinding(place: string, column: string, reason: string): Finding {
  return error(
    'PLAN_FIELD_INVALID',
    `${place}, column ${column}`,
    `${column} in ${place}: ${reason}.`,
    'Correct the cell; the location was left out.',
  );
}

function columnFinding(column: string, message: string, remedy: string): Finding {
  return error('PLAN_FIELD_INVALID', `column ${column}`, message, remedy);
}

import type { Finding } from '@carrel/planner';

/** Findings by the field they are about, `locations.3.users`. */
export type Faults = ReadonlyMap<string, readonly Finding[]>;

export function faultsOf(findings: readonly Finding[]): Faults {
  const faults = new Map<string, Finding[]>();
  for (const finding of findings) {
    const path = fieldPathOf(finding.path);
    faults.set(path, [...(faults.get(path) ?? []), finding]);
  }
  return faults;
}

/** The path of a finding, `locations[3].users`, as forms write it. */
export function fieldPathOf(path: string): string {
  return path.replaceAll(/\[(\d+)\]/gu, '.$1').replace(/^\./u, '');
}

/** What is found at a place and inside it. */
export function faultsWithin(faults: Faults, path: string): readonly Finding[] {
  const inside = `${path}.`;
  return [...faults].flatMap(([each, findings]) =>
    each === path || each.startsWith(inside) ? findings : [],
  );
}

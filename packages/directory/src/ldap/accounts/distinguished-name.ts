/** Whether an entry is the base or below it. */
export function isBelow(distinguishedName: string, baseDn: string): boolean {
  const [name, base] = [comparable(distinguishedName), comparable(baseDn)];
  return name === base || name.endsWith(`,${base}`);
}

/** Servers write names with or without spaces behind commas, and in any case. */
function comparable(distinguishedName: string): string {
  return distinguishedName.toLowerCase().replaceAll(/\s*,\s*/g, ',');
}

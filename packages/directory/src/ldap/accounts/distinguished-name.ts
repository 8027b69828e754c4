/** Whether an entry is the base or below it. */
export function isBelow(distinguishedName: string, baseDn: string): boolean {
  const [name, base] = [comparable(distinguishedName), comparable(baseDn)];
  return name === base || name.endsWith(`,${base}`);
}

/** The same for every way of writing a name: servers write names with or without spaces behind commas, and in any case. */
export function comparable(distinguishedName: string): string {
  return distinguishedName.toLowerCase().replaceAll(/\s*,\s*/g, ',');
}

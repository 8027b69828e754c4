/**
 * Names of folders and images for what people call things: lower-case letters, digits and hyphens, all different.
 *
 * @returns one for each name, in their order
 */
export function slugsOf(names: readonly string[]): Map<string, string> {
  const slugs = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of names) {
    const base = slugOf(name);
    let slug = base;
    for (let at = 2; taken.has(slug); at += 1) slug = `${base}-${at}`;
    taken.add(slug);
    slugs.set(name, slug);
  }
  return slugs;
}

function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[łŁ]/gu, 'l')
    .replace(/[øØ]/gu, 'o')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/gu, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/gu, '');
  return plain === '' ? 'unnamed' : plain;
}

/** Numbers tried before giving up; so many of one name are an attack or a mistake. */
const mostOfOneName = 1000;

/** The wanted name, or the first of `name~2`, `name~3` … that is free. */
export async function findFreeName(
  wanted: string,
  isFree: (name: string) => Promise<boolean>,
): Promise<string> {
  for (let number = 1; number <= mostOfOneName; number += 1) {
    const candidate = number === 1 ? wanted : `${wanted.slice(0, 95)}~${number}`;
    if (await isFree(candidate)) return candidate;
  }
  throw new Error(`more than ${mostOfOneName} names like ${wanted} are taken`);
}

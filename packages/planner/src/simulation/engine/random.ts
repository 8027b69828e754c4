/** Numbers in [0, 1), the same for the same name. */
export type Random = () => number;

/**
 * A generator of its own for each name (sfc32, seeded by four FNV-1a hashes of the name), so that what one group draws
 * does not depend on which others there are, or in which order.
 */
export function createRandom(name: string): Random {
  let [a, b, c, counter] = [hash(name, 1), hash(name, 2), hash(name, 3), hash(name, 4)];
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first numbers still show how alike two names are.
  for (let round = 0; round < 12; round += 1) next();
  return next;
}

/** A number with mean 1 and the distribution of waiting times between independent events. */
export function exponential(random: Random): number {
  return -Math.log(1 - random());
}

function hash(text: string, salt: number): number {
  let value = Math.imul(0x811c9dc5 ^ salt, 0x01000193);
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return value | 0;
}

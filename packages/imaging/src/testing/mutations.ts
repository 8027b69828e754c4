import * as fc from 'fast-check';

type Mutation = (bytes: Buffer) => Buffer;

// Numbers that programs forget: each as a little-endian and a big-endian field.
const nastyNumbers = [0n, 1n, 0x7fn, 0x80n, 0xffn, 0xffffn, 0x7fffffffn, 0x80000000n, 0xffffffffn, 2n ** 32n];
const nastyLongs = [...nastyNumbers, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];

/** Bytes after one to four changes: bits flipped, bytes put in, taken out, copied elsewhere, cut, huge numbers. */
export function mutated(bytes: Uint8Array): fc.Arbitrary<Buffer> {
  const original = Buffer.from(bytes);
  return fc
    .array(mutation(), { minLength: 1, maxLength: 4 })
    .map((mutations) => mutations.reduce<Buffer>((changed, change) => change(changed), original));
}

function mutation(): fc.Arbitrary<Mutation> {
  // A place as a share of the length, so that the same change fits bytes of any length.
  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const at = (bytes: Buffer, share: number): number => Math.floor(bytes.length * share);
  const flip = fc.tuple(place, fc.nat(7)).map(([share, bit]): Mutation => {
    return (bytes) =>
      replaced(bytes, at(bytes, share), Buffer.of((bytes[at(bytes, share)] ?? 0) ^ (1 << bit)));
  });
  const insert = fc
    .tuple(place, fc.uint8Array({ minLength: 1, maxLength: 9 }))
    .map(([share, more]): Mutation => {
      return (bytes) => spliced(bytes, at(bytes, share), 0, Buffer.from(more));
    });
  const remove = fc.tuple(place, fc.integer({ min: 1, max: 40 })).map(([share, count]): Mutation => {
    return (bytes) => spliced(bytes, at(bytes, share), count, Buffer.alloc(0));
  });
  const copy = fc.tuple(place, place, fc.integer({ min: 1, max: 64 })).map(([from, to, count]): Mutation => {
    return (bytes) => {
      const part = bytes.subarray(at(bytes, from), at(bytes, from) + count);
      return replaced(bytes, at(bytes, to), Buffer.from(part));
    };
  });
  const cut = place.map(
    (share): Mutation =>
      (bytes) =>
        bytes.subarray(0, at(bytes, share)),
  );
  const number = fc
    .tuple(place, fc.constantFrom(...nastyLongs), fc.constantFrom(1, 2, 4, 8), fc.boolean())
    .map(([share, value, width, isBig]): Mutation => {
      const field = Buffer.alloc(8);
      field.writeBigUInt64LE(BigInt.asUintN(64, value));
      const used = isBig ? field.subarray(0, width).reverse() : field.subarray(0, width);
      return (bytes) => replaced(bytes, at(bytes, share), used);
    });
  const weights = [
    { weight: 4, arbitrary: flip },
    { weight: 4, arbitrary: number },
    { weight: 2, arbitrary: insert },
    { weight: 2, arbitrary: remove },
    { weight: 2, arbitrary: copy },
    { weight: 1, arbitrary: cut },
  ];
  return fc.oneof(...weights);
}

function spliced(bytes: Buffer, at: number, removed: number, added: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);
}

/** The length stays. */
function replaced(bytes: Buffer, at: number, by: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  by.copy(changed, at);
  return changed;
}

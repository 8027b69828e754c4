import { NotTrusted, trust } from '../not-trusted.ts';

/** A run of clusters of a file; sparse runs have no place. */
export interface ClusterRun {
  readonly firstCluster: number;
  readonly clusterCount: number;
}

/** Contents of an attribute: inside the record, or in clusters. */
export type AttributeValue =
  | { readonly kind: 'resident'; readonly bytes: Buffer }
  | { readonly kind: 'clusters'; readonly runs: readonly ClusterRun[]; readonly sizeBytes: number };

export const attributeType = {
  attributeList: 0x20,
  volumeInformation: 0x70,
  data: 0x80,
} as const;

const endMark = 0xffffffff;

/**
 * The unnamed attribute of a type in a file record. `undefined` when it has none.
 *
 * @throws {NotTrusted} when the record does not make sense, or the attribute is compressed, encrypted or sparse
 */
export function findAttribute(record: Buffer, type: number): AttributeValue | undefined {
  let at = record.readUInt16LE(20);
  while (at + 16 <= record.length) {
    const found = record.readUInt32LE(at);
    if (found === endMark) return undefined;
    const lengthBytes = record.readUInt32LE(at + 4);
    trust(
      lengthBytes >= 16 && lengthBytes % 8 === 0 && at + lengthBytes <= record.length,
      'a file record does not make sense',
    );
    const attribute = record.subarray(at, at + lengthBytes);
    if (found === type && attribute.readUInt8(9) === 0) return parseValue(attribute);
    at += lengthBytes;
  }
  throw new NotTrusted('a file record has no end');
}

function parseValue(attribute: Buffer): AttributeValue {
  trust(attribute.readUInt16LE(12) === 0, 'one of its own files is compressed, encrypted or sparse');
  if (attribute.readUInt8(8) === 0) {
    const [lengthBytes, offset] = [attribute.readUInt32LE(16), attribute.readUInt16LE(20)];
    trust(offset + lengthBytes <= attribute.length, 'a file record does not make sense');
    return { kind: 'resident', bytes: attribute.subarray(offset, offset + lengthBytes) };
  }
  trust(attribute.length >= 64 && attribute.readBigUInt64LE(16) === 0n, 'one of its own files is in pieces');
  const runs = parseRuns(attribute.subarray(attribute.readUInt16LE(32)));
  const clusters = runs.reduce((total, run) => total + run.clusterCount, 0);
  trust(clusters === Number(attribute.readBigUInt64LE(24)) + 1, 'one of its own files is not all there');
  return { kind: 'clusters', runs, sizeBytes: Number(attribute.readBigUInt64LE(48)) };
}

/** Parses mapping pairs: each a length and an offset relative to the last run, both of 1 to 8 bytes. */
export function parseRuns(pairs: Buffer): ClusterRun[] {
  const runs: ClusterRun[] = [];
  let firstCluster = 0;
  for (let at = 0; ; ) {
    const head = pairs[at];
    if (head === 0) return runs;
    const [lengthSize, offsetSize] = [(head ?? 0) & 0xf, (head ?? 0) >> 4];
    const isSound = lengthSize >= 1 && lengthSize <= 6 && offsetSize >= 1 && offsetSize <= 6;
    trust(
      isSound && at + 1 + lengthSize + offsetSize < pairs.length,
      'a list of clusters does not make sense',
    );
    const clusterCount = pairs.readUIntLE(at + 1, lengthSize);
    firstCluster += pairs.readIntLE(at + 1 + lengthSize, offsetSize);
    trust(clusterCount > 0 && firstCluster >= 0, 'a list of clusters does not make sense');
    runs.push({ firstCluster, clusterCount });
    at += 1 + lengthSize + offsetSize;
  }
}

import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<'argon2id', Argon2Parameters, Buffer>(argon2);

/** OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane. */
export const passwordCost = { memoryKiB: 19_456, passes: 2, parallelism: 1 } as const;
const saltBytes = 16;
const tagBytes = 32;
/** Bounds on what a stored hash may ask for, so that a damaged one cannot exhaust the computer. */
const largestMemoryKiB = 1_048_576;
const largestPasses = 16;

interface ParsedHash {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Buffer;
  readonly tag: Buffer;
}

/** Hashes a password with argon2id (RFC 9106); the result is a PHC string that names its own parameters. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const tag = await run(password, { ...passwordCost, salt, tag: Buffer.alloc(tagBytes) });
  const { memoryKiB, passes, parallelism } = passwordCost;
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}$${encode(salt)}$${encode(tag)}`;
}

/** Whether the password is the one of the hash. Takes the same time whether it is or not. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const parsed = parseHash(hash);
  return timingSafeEqual(await run(password, parsed), parsed.tag);
}

/** Whether the hash was made with other parameters than today's and should be made anew at the next sign-in. */
export function needsRehash(hash: string): boolean {
  const parsed = parseHash(hash);
  return (
    parsed.memoryKiB !== passwordCost.memoryKiB ||
    parsed.passes !== passwordCost.passes ||
    parsed.parallelism !== passwordCost.parallelism
  );
}

function run(password: string, { memoryKiB, passes, parallelism, salt, tag }: ParsedHash): Promise<Buffer> {
  return derive('argon2id', {
    message: Buffer.from(password.normalize('NFKC')),
    nonce: salt,
    memory: memoryKiB,
    passes,
    parallelism,
    tagLength: tag.length,
  });
}

function parseHash(hash: string): ParsedHash {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(hash);
  const [memoryKiB, passes, parallelism] = [match?.[1], match?.[2], match?.[3]].map(Number);
  const isBounded =
    memoryKiB !== undefined &&
    passes !== undefined &&
    parallelism !== undefined &&
    memoryKiB <= largestMemoryKiB &&
    passes <= largestPasses;
  if (!match || !isBounded) throw new Error('a stored password hash is not an argon2id PHC string');
  const salt = Buffer.from(match[4] ?? '', 'base64');
  const tag = Buffer.from(match[5] ?? '', 'base64');
  return { memoryKiB, passes, parallelism, salt, tag };
}

/** Base64 without padding, as PHC strings have it. */
function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

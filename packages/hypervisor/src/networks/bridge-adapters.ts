import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@carrel/contract';
import { hasCode } from '../host/system-error.ts';

/** `ARPHRD_ETHER` in the kernel's `if_arp.h`. */
const ethernetType = '1';
const defaultDestination = '00000000';

/**
 * The adapters of this computer that a guest can be put beside: those named, in that order, or without any name the one
 * of the default route. One that is away, without a link or wireless is left out.
 *
 * @param systemRoot where `/sys` and `/proc` lie
 * @throws {BRIDGE_UNAVAILABLE} none is left; it says why each was left out
 */
export async function findBridgeAdapters(wanted: readonly string[], systemRoot = '/'): Promise<string[]> {
  const present = await readdir(join(systemRoot, 'sys/class/net'));
  const names = wanted.length > 0 ? wanted : [await defaultAdapter(systemRoot)].flat();
  const problems: string[] = [];
  const usable: string[] = [];
  for (const name of names) {
    // What a policy names becomes part of a path only when it is an adapter.
    const problem = present.includes(name)
      ? await problemOf(join(systemRoot, 'sys/class/net', name))
      : 'is not there';
    if (problem === undefined) usable.push(name);
    else problems.push(`${name} ${problem}`);
  }
  if (usable.length > 0) return usable;
  const reason = problems.length > 0 ? problems.join(', ') : 'it has no default route';
  throw fail('BRIDGE_UNAVAILABLE', { reason });
}

async function problemOf(folder: string): Promise<string | undefined> {
  // Access points accept frames of the station that signed in, and of no other.
  if ((await isThere(join(folder, 'wireless'))) || (await isThere(join(folder, 'phy80211')))) {
    return 'is wireless and cannot be bridged';
  }
  if ((await readText(join(folder, 'type'))) !== ethernetType) return 'is no Ethernet adapter';
  // Adapters that do not know whether they have a link, as virtual ones, count as up when somebody switched them on.
  const state = await readText(join(folder, 'operstate'));
  const flags = Number.parseInt(await readText(join(folder, 'flags')), 16);
  const isUp = state === 'up' || (state === 'unknown' && (flags & 1) === 1);
  return isUp ? undefined : 'has no link';
}

/** The adapter of the IPv4 default route with the smallest metric. */
async function defaultAdapter(systemRoot: string): Promise<string | []> {
  const table = await readFile(join(systemRoot, 'proc/net/route'), 'utf8');
  const routes = table
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .filter((fields) => fields[1] === defaultDestination)
    .toSorted((a, b) => Number(a[6]) - Number(b[6]));
  return routes[0]?.[0] ?? [];
}

async function readText(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).trim();
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostNames } from '@carrel/policy';

/** Inside QEMU's own network this address passes questions on to the resolver of the computer, whichever that is. */
const natResolver = '10.0.2.3';

/**
 * What this computer looks names up with at present, as a guest can use it. A resolver on the computer itself is reached
 * by a guest behind it through QEMU's; a guest beside it gets the servers that resolver asks.
 *
 * @param systemRoot where `/etc` and `/run` lie
 */
export async function readHostNames(network: 'nat' | 'bridge', systemRoot = '/'): Promise<HostNames> {
  const { servers, suffixes } = await readResolverFile(join(systemRoot, 'etc/resolv.conf'));
  if (network === 'nat') {
    const seen = servers.map((server) => (isLoopback(server) ? natResolver : server));
    return { servers: seen.length > 0 ? seen : [natResolver], suffixes };
  }
  const outside = servers.filter((server) => !isLoopback(server));
  if (outside.length > 0 || servers.length === 0) return { servers: outside, suffixes };
  const asked = await readResolverFile(join(systemRoot, 'run/systemd/resolve/resolv.conf'));
  return { servers: asked.servers.filter((server) => !isLoopback(server)), suffixes };
}

/** `nameserver` and `search` lines (resolv.conf(5)); of several `search` lines the last one holds. */
async function readResolverFile(path: string): Promise<HostNames> {
  // A computer without a network may have no such file.
  const text = await readFile(path, 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const valuesOf = (...keywords: string[]): string[][] =>
    lines.filter(([keyword = '']) => keywords.includes(keyword)).map(([, ...values]) => values);
  return {
    // An address with a zone names an adapter of this computer, which is none of the guest's.
    servers: valuesOf('nameserver').flatMap(([server]) => (server && !server.includes('%') ? [server] : [])),
    suffixes: (valuesOf('search', 'domain').at(-1) ?? []).filter((suffix) => suffix !== '.'),
  };
}

function isLoopback(server: string): boolean {
  return server.startsWith('127.') || server === '::1';
}

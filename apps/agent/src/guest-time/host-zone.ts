import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrorCode } from '../store/atomic-file.ts';

const zonePattern = /^[A-Za-z0-9_+-]+(?:\/[A-Za-z0-9_+-]+){0,3}$/;

export interface ZonePlaces {
  /** The variable by which a process is told another zone than its computer's. */
  readonly TZ?: string | undefined;
  /** Where `/etc` and `/usr` lie. */
  readonly root: string;
}

const here = (): ZonePlaces => ({ TZ: process.env['TZ'], root: '/' });

/**
 * The time zone of this computer as the IANA database names it. It is read anew each time, as it changes while the agent
 * runs; what the runtime knows, it learned at its start.
 */
export async function readHostZone({ TZ, root }: ZonePlaces = here()): Promise<string> {
  const named = TZ?.replace(/^:/, '');
  if (named && zonePattern.test(named)) return named;
  const linked = (await readLink(join(root, 'etc/localtime')))?.split('/zoneinfo/')[1];
  if (linked && zonePattern.test(linked)) return linked;
  const written = (await readText(join(root, 'etc/timezone')))?.trim();
  if (written && zonePattern.test(written)) return written;
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The rules of a zone in the form of RFC 9636 (TZif), as every Linux reads them; `undefined` without them here. */
export async function readZoneFile(zone: string, root = '/'): Promise<Uint8Array | undefined> {
  return zonePattern.test(zone) ? readBytes(join(root, 'usr/share/zoneinfo', zone)) : undefined;
}

function readLink(path: string): Promise<string | undefined> {
  return readlink(path).catch(unlessMissing);
}

function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(unlessMissing);
}

function readBytes(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch(unlessMissing);
}

/** `EINVAL`: it is no link. */
function unlessMissing(error: unknown): undefined {
  if (!['ENOENT', 'ENOTDIR', 'EINVAL', 'EISDIR'].some((code) => isErrorCode(error, code))) throw error;
  return undefined;
}

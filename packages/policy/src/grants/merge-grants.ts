import type { AssignmentSettings, TransferDirection } from '@carrel/contract';
import type { AssignmentId } from '@carrel/kit';
import { combineClipboard, combineCommands, combineExtensions, highest, isEvery, isSome } from './combine.ts';

/** A grant that counts, with the moment it ends. */
export interface CountedGrant {
  readonly id: AssignmentId;
  readonly settings: AssignmentSettings;
  /** Seconds since 1970. */
  readonly validUntil: number | null;
}

/** Which assignment supplied a value, and which it won over. */
export interface Provenance {
  readonly from: AssignmentId;
  /** Others that say the same, or without which the value would be smaller. */
  readonly together: readonly AssignmentId[];
  /** Those that say something else. */
  readonly overrode: readonly AssignmentId[];
}

/** Why each setting is what it is, by its path in the effective settings: `fileTransfer.toHost.isAllowed`. */
export type GrantReasons = Readonly<Record<GrantSetting, Provenance>>;
export type GrantSetting = keyof ReturnType<typeof mergeEach>;

type Grants = readonly [CountedGrant, ...CountedGrant[]];

/** Takes the least restrictive value of each setting. The order of the grants decides only who is named first. */
export function mergeGrants(grants: Grants) {
  const merged = mergeEach(grants);
  const direction = (way: 'toWorkspace' | 'toHost'): TransferDirection => ({
    isAllowed: merged[`fileTransfer.${way}.isAllowed`].value,
    command: merged[`fileTransfer.${way}.command`].value,
    extensions: merged[`fileTransfer.${way}.extensions`].value,
  });
  const settings = {
    validUntil: merged.validUntil.value,
    offlineLimitSeconds: merged.offlineLimitSeconds.value,
    deletion: {
      whenDisabled: merged['deletion.whenDisabled'].value,
      whenExpired: merged['deletion.whenExpired'].value,
      whenOfflineTooLong: merged['deletion.whenOfflineTooLong'].value,
    },
    clipboard: merged.clipboard.value,
    fileTransfer: { toWorkspace: direction('toWorkspace'), toHost: direction('toHost') },
    isPrintingAllowed: merged.isPrintingAllowed.value,
    isOpticalDriveAllowed: merged.isOpticalDriveAllowed.value,
  };
  const reasons = Object.fromEntries(
    Object.entries(merged).map(([setting, { provenance }]) => [setting, provenance]),
  ) as Record<GrantSetting, Provenance>;
  return { settings, reasons };
}

function mergeEach(grants: Grants) {
  const toWorkspace = transferReader('toWorkspace');
  const toHost = transferReader('toHost');
  return {
    validUntil: merge(grants, (grant) => grant.validUntil, highest),
    offlineLimitSeconds: merge(grants, ({ settings }) => secondsOf(settings.offlineLimitHours), highest),
    'deletion.whenDisabled': merge(grants, ({ settings }) => settings.deletion.whenDisabled, isEvery),
    'deletion.whenExpired': merge(grants, ({ settings }) => settings.deletion.whenExpired, isEvery),
    'deletion.whenOfflineTooLong': merge(
      grants,
      ({ settings }) => settings.deletion.whenOfflineTooLong,
      isEvery,
    ),
    clipboard: merge(grants, ({ settings }) => settings.clipboard, combineClipboard),
    'fileTransfer.toWorkspace.isAllowed': merge(grants, (grant) => toWorkspace(grant).isAllowed, isSome),
    'fileTransfer.toWorkspace.command': mergeAllowing(grants, toWorkspace, 'command', combineCommands),
    'fileTransfer.toWorkspace.extensions': mergeAllowing(
      grants,
      toWorkspace,
      'extensions',
      combineExtensions,
    ),
    'fileTransfer.toHost.isAllowed': merge(grants, (grant) => toHost(grant).isAllowed, isSome),
    'fileTransfer.toHost.command': mergeAllowing(grants, toHost, 'command', combineCommands),
    'fileTransfer.toHost.extensions': mergeAllowing(grants, toHost, 'extensions', combineExtensions),
    isPrintingAllowed: merge(grants, ({ settings }) => settings.isPrintingAllowed, isSome),
    isOpticalDriveAllowed: merge(grants, ({ settings }) => settings.isOpticalDriveAllowed, isSome),
  };
}

interface Merged<Value> {
  readonly value: Value;
  readonly provenance: Provenance;
}

function merge<Value>(
  grants: Grants,
  read: (grant: CountedGrant) => Value,
  combine: (values: readonly Value[]) => Value,
): Merged<Value> {
  const value = combine(grants.map(read));
  const isWhole = (grant: CountedGrant): boolean => isEqual(combine([read(grant)]), value);
  const whole = grants.filter(isWhole);
  const [first, ...together] = whole.length > 0 ? whole : thatAdd(grants, read, combine);
  const from = first ?? grants[0];
  const supplied = new Set([from, ...together]);
  return {
    value,
    provenance: {
      from: from.id,
      together: together.map((grant) => grant.id),
      overrode: grants.filter((grant) => !supplied.has(grant)).map((grant) => grant.id),
    },
  };
}

/** Where no grant says all of the value, as of two directions of the clipboard: those that each add to it, in order. */
function thatAdd<Value>(
  grants: Grants,
  read: (grant: CountedGrant) => Value,
  combine: (values: readonly Value[]) => Value,
): CountedGrant[] {
  const adding: CountedGrant[] = [];
  for (const grant of grants) {
    const before = combine(adding.map(read));
    if (!isEqual(combine([...adding, grant].map(read)), before)) adding.push(grant);
  }
  return adding;
}

/** Merges a detail of a direction over the grants that allow the direction; `null` where none does. */
function mergeAllowing<Name extends 'command' | 'extensions'>(
  grants: Grants,
  direction: (grant: CountedGrant) => TransferDirection,
  name: Name,
  combine: (values: readonly TransferDirection[Name][]) => TransferDirection[Name],
): Merged<TransferDirection[Name] | null> {
  const [first, ...others] = grants.filter((grant) => direction(grant).isAllowed);
  if (!first)
    return merge(
      grants,
      () => null,
      () => null,
    );
  const { value, provenance } = merge([first, ...others], (grant) => direction(grant)[name], combine);
  const idle = grants.filter((grant) => !direction(grant).isAllowed).map((grant) => grant.id);
  return { value, provenance: { ...provenance, overrode: [...provenance.overrode, ...idle] } };
}

function transferReader(way: 'toWorkspace' | 'toHost'): (grant: CountedGrant) => TransferDirection {
  return ({ settings }) => settings.fileTransfer[way];
}

function secondsOf(hours: number | null): number | null {
  return hours === null ? null : hours * 3600;
}

function isEqual(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

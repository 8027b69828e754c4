import { type Bytes, bytes } from '../../quantities/index.ts';
import { type LinkSchedule, secondsToCarry } from '../network/index.ts';
import type { Payload } from './payload.ts';

/** Copies by workspace that cross a link. */
export type Copies = Float64Array;

/** What crosses a link from a repository above it. */
export interface LineLoad {
  /** First versions that have to come over the line. */
  readonly initial: Copies;
  /** First versions that could also come another way. */
  readonly open: Copies;
  readonly update: Copies;
  /** Locations whose computers pass it on to each other afterwards, by workspace. */
  readonly peers: Copies;
  /** What it would cost to bring the open ones on media. */
  mediaCost: number;
}

export function emptyLoad(workspaces: number): LineLoad {
  return {
    initial: new Float64Array(workspaces),
    open: new Float64Array(workspaces),
    update: new Float64Array(workspaces),
    peers: new Float64Array(workspaces),
    mediaCost: 0,
  };
}

/** Adds a load to another, or takes it off with a sign of -1. */
export function addLoad(to: LineLoad, load: LineLoad, sign: 1 | -1 = 1): void {
  for (const kind of ['initial', 'open', 'update', 'peers'] as const) {
    const target = to[kind];
    const source = load[kind];
    for (let at = 0; at < source.length; at += 1) target[at] = (target[at] ?? 0) + sign * (source[at] ?? 0);
  }
  to.mediaCost += sign * load.mediaCost;
}

/** Which payloads are smallest first; made once for all links. */
export interface SizeOrder {
  readonly sizes: readonly Bytes[];
  readonly order: readonly number[];
}

export function orderBySize(payloads: readonly Payload[], kind: 'initial' | 'update'): SizeOrder {
  const sizes = payloads.map((payload) => (kind === 'initial' ? payload.initialBytes : payload.updateBytes));
  const order = sizes.map((_size, at) => at).sort((left, right) => (sizes[left] ?? 0) - (sizes[right] ?? 0));
  return { sizes, order };
}

/**
 * Bytes a shared line has carried when the last copy of each workspace is complete, all begun together and sharing it
 * equally: the sum over all copies of what each has by then, which is its whole size or as much as the one in question.
 * 0 for a workspace without copies.
 */
export function bytesUntilDone(copies: Copies, { sizes, order }: SizeOrder): Float64Array {
  const done = new Float64Array(copies.length);
  let remaining = 0;
  for (const count of copies) remaining += count;
  let complete = 0;
  for (const at of order) {
    const count = copies[at] ?? 0;
    const size = sizes[at] ?? 0;
    if (count > 0) done[at] = complete + remaining * size;
    complete += count * size;
    remaining -= count;
  }
  return done;
}

/** Seconds until the last copy of each workspace is over the link; 0 where there is none. */
export function secondsUntilDone(copies: Copies, sizes: SizeOrder, schedule: LinkSchedule): Float64Array {
  return bytesUntilDone(copies, sizes).map((total) => secondsToCarry(bytes(total), schedule));
}

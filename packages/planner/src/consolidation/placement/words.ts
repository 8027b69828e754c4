import { resourceWords } from '../load.ts';
import type { Guest } from './guest.ts';
import type { Misfit, OpenHost } from './open-host.ts';

/** Says what a host has too little of for a guest. */
export function misfitWords(misfit: Misfit, timeOf: (interval: number) => string): string {
  switch (misfit.kind) {
    case 'load': {
      const { name, unit } = resourceWords[misfit.resource];
      return `${name}: ${figure(misfit.needed)} of ${figure(misfit.limit)} ${unit}${timeOf(misfit.interval)}`;
    }
    case 'disk-space':
      return `room for disks: ${figure(misfit.needed)} of ${figure(misfit.limit)} GB`;
    case 'processors':
      return `virtual processors: ${misfit.needed} of ${misfit.limit}`;
    case 'guests':
      return `guests: ${misfit.needed} of ${misfit.limit}`;
    case 'spread':
      return `${misfit.set}: only ${misfit.limit} of them may share a host`;
  }
}

/** Why a guest is on its host and on none before it, in one sentence. */
export function choiceWords(
  guest: Guest,
  before: readonly { readonly name: string; readonly host: OpenHost }[],
  timeOf: (interval: number) => string,
): string {
  const refusals = before.map(({ name, host }) => ({ name, misfit: host.misfitOf(guest) }));
  const open = refusals.find(({ misfit }) => misfit === undefined);
  if (open !== undefined) return `moved here so that fewer hosts are needed; ${open.name} has room too`;
  const [first] = refusals;
  if (first?.misfit === undefined) return 'the first host';
  const kinds = [...Map.groupBy(refusals, ({ misfit }) => kindWords(misfit))].map(
    ([kind, each]) => `${each.length} for ${kind}`,
  );
  const example = `${first.name} would have ${misfitWords(first.misfit, timeOf)}`;
  return `the ${before.length} before it refuse it (${kinds.join(', ')}): ${example}`;
}

function kindWords(misfit: Misfit | undefined): string {
  if (misfit === undefined) return '';
  switch (misfit.kind) {
    case 'load':
      return resourceWords[misfit.resource].name;
    case 'disk-space':
      return 'room for disks';
    case 'processors':
      return 'virtual processors';
    case 'guests':
      return 'number of guests';
    case 'spread':
      return misfit.set;
  }
}

function figure(value: number): number {
  return Number(value.toPrecision(5));
}

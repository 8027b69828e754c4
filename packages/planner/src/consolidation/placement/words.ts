import { resourceWords } from '../load.ts';
import type { Guest } from './guest.ts';
import type { Misfit, OpenHost } from './open-host.ts';

/** Says what a host has too little of for a guest; follows the name of the host. */
export function misfitWords(misfit: Misfit, timeOf: (interval: number) => string): string {
  switch (misfit.kind) {
    case 'load': {
      const { name, unit } = resourceWords[misfit.resource];
      return `would have to give ${figure(misfit.needed)} of its ${figure(misfit.limit)} ${unit} ${name}${timeOf(misfit.interval)}`;
    }
    case 'disk-space':
      return `would have to give ${figure(misfit.needed)} of its ${figure(misfit.limit)} GB for disks`;
    case 'processors':
      return `would have to give ${misfit.needed} of its ${misfit.limit} virtual processors`;
    case 'guests':
      return `would have to run ${misfit.needed} guests, of at most ${misfit.limit}`;
    case 'spread':
      return `may run only ${misfit.limit} of ${misfit.set}`;
  }
}

/** Why a guest is on its host and on none before it, in one sentence. */
export function choiceWords(
  guest: Guest,
  before: readonly { readonly name: string; readonly host: OpenHost }[],
  timeOf: (interval: number) => string,
): string {
  const misfits: { readonly name: string; readonly misfit: Misfit }[] = [];
  for (const { name, host } of before) {
    const misfit = host.misfitOf(guest);
    if (misfit === undefined) return `${name} has room too; others went there so that fewer hosts are needed`;
    misfits.push({ name, misfit });
  }
  const [first] = misfits;
  if (first === undefined) return 'the first host';
  const example = `${first.name} ${misfitWords(first.misfit, timeOf)}`;
  if (misfits.length === 1) return example;
  const kinds = [...Map.groupBy(misfits, ({ misfit }) => kindWords(misfit))].map(
    ([kind, each]) => `${each.length} for ${kind}`,
  );
  return `none of the ${misfits.length} before it has room (${kinds.join(', ')}): ${example}`;
}

function kindWords(misfit: Misfit): string {
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

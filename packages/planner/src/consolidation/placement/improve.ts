import { resources } from '../load.ts';
import { byUse, firstFit, type Packing, type PackingRules, placeOn, sortedBy } from './first-fit.ts';
import { type Guest, shareOf } from './guest.ts';
import type { OpenHost } from './open-host.ts';

/**
 * Looks for a placement with fewer hosts than the one of the book: first fit over further orders, then hosts emptied one
 * by one, smallest first, by moving their guests to the others, where need be in exchange.
 *
 * @param fewest no placement has fewer: the search ends there
 */
export function improve(
  start: Packing,
  guests: readonly Guest[],
  rules: PackingRules,
  fewest: number,
): Packing {
  let best = start;
  for (const order of otherOrders(guests, rules)) {
    if (best.unplaced.length === 0 && best.hosts.length <= fewest) break;
    const packing = firstFit(order, rules);
    if (isBetter(packing, best)) best = packing;
  }
  const hosts = [...best.hosts];
  const budget: Budget = { tries: 100_000 };
  while (hosts.length > fewest && budget.tries >= 0) {
    const emptied = hosts
      .toSorted((a, b) => fullness(a, rules) - fullness(b, rules))
      .slice(0, 8)
      .find((host) =>
        moveAll(
          host,
          hosts.filter((each) => each !== host),
          budget,
        ),
      );
    if (emptied === undefined) break;
    hosts.splice(hosts.indexOf(emptied), 1);
  }
  // Hosts that were emptied may take what there was no host for.
  const unplaced = best.unplaced.filter(
    ({ guest, misfit }) => misfit !== undefined || !placeOn(hosts, guest, rules),
  );
  return { hosts, unplaced };
}

/** Places more, or as many on fewer hosts. */
function isBetter(packing: Packing, than: Packing): boolean {
  const placed = ({ hosts }: Packing) =>
    hosts.reduce((sum, host) => sum + host.guests.reduce((count, { names }) => count + names.length, 0), 0);
  return placed(packing) !== placed(than)
    ? placed(packing) > placed(than)
    : packing.hosts.length < than.hosts.length;
}

function* otherOrders(guests: readonly Guest[], { capacity }: PackingRules): Generator<Guest[]> {
  const { load } = capacity;
  yield sortedBy(guests, ({ peak }) =>
    resources.reduce((sum, each) => sum + shareOf(peak[each], load[each]), 0),
  );
  yield sortedBy(guests, ({ mean }) =>
    resources.reduce((sum, each) => sum + shareOf(mean[each], load[each]), 0),
  );
  yield sortedBy(guests, ({ mean }) => Math.max(...resources.map((each) => shareOf(mean[each], load[each]))));
  for (const resource of resources) {
    yield sortedBy(byUse(guests, load), ({ peak }) => peak[resource]);
  }
}

/** How many exchanges may be tried: a second or two at most. */
interface Budget {
  tries: number;
}

type Move = (guest: Guest, from: OpenHost, to: OpenHost) => void;

/** Moves every guest of a host to the others, or none. */
function moveAll(host: OpenHost, others: readonly OpenHost[], budget: Budget): boolean {
  const moves: { readonly guest: Guest; readonly from: OpenHost; readonly to: OpenHost }[] = [];
  const move: Move = (guest, from, to) => {
    from.remove(guest);
    to.add(guest);
    moves.push({ guest, from, to });
  };
  for (const guest of [...host.guests]) {
    const target = others.find((other) => other.misfitOf(guest) === undefined);
    if (target !== undefined) move(guest, host, target);
    else if (!makeRoom(guest, host, others, move, budget)) {
      for (const { guest: moved, from, to } of moves.toReversed()) {
        to.remove(moved);
        from.add(moved);
      }
      return false;
    }
  }
  return true;
}

/** Puts a guest in the place of another, which goes to a third host, if need be in exchange for a guest there. */
function makeRoom(
  guest: Guest,
  from: OpenHost,
  others: readonly OpenHost[],
  move: Move,
  budget: Budget,
): boolean {
  for (const host of others) {
    for (const leaving of [...host.guests]) {
      host.remove(leaving);
      const plan =
        host.misfitOf(guest) === undefined ? placeFor(leaving, guest, host, others, budget) : undefined;
      host.add(leaving);
      if (plan !== undefined) {
        if (plan.inExchange !== undefined) move(plan.inExchange, plan.to, host);
        move(leaving, host, plan.to);
        move(guest, from, host);
        return true;
      }
      budget.tries -= 1;
      if (budget.tries < 0) return false;
    }
  }
  return false;
}

/** Where a guest can go that has left its host for another, and what may come back for it. */
function placeFor(
  leaving: Guest,
  arriving: Guest,
  host: OpenHost,
  others: readonly OpenHost[],
  budget: Budget,
): { readonly to: OpenHost; readonly inExchange: Guest | undefined } | undefined {
  const free = others.find((each) => each !== host && each.misfitOf(leaving) === undefined);
  if (free !== undefined) return { to: free, inExchange: undefined };
  host.add(arriving);
  try {
    for (const to of others.filter((each) => each !== host)) {
      for (const inExchange of [...to.guests]) {
        budget.tries -= 1;
        if (budget.tries < 0) return undefined;
        if (host.misfitOf(inExchange) !== undefined) continue;
        to.remove(inExchange);
        const fits = to.misfitOf(leaving) === undefined;
        to.add(inExchange);
        if (fits) return { to, inExchange };
      }
    }
    return undefined;
  } finally {
    host.remove(arriving);
  }
}

function fullness(host: OpenHost, { capacity }: PackingRules): number {
  return host.guests.reduce(
    (sum, { mean }) =>
      sum + resources.reduce((all, each) => all + shareOf(mean[each], capacity.load[each]), 0),
    0,
  );
}

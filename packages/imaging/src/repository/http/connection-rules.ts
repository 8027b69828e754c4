import { lookup as lookUp } from 'node:dns';
import type { LookupFunction } from 'node:net';

/**
 * Which servers may be spoken to, for a program that opens references of people it does not trust. Both are asked for
 * redirects and token servers, too, and throw to refuse.
 */
export interface ConnectionRules {
  /** Before each request. */
  checkUrl(url: URL): void;
  /** For each address that a name has resolved to: only what passed is connected to. */
  checkAddress(hostName: string, address: string): void;
}

/** Resolves names to addresses that the rules let pass; what is checked is what is connected to. */
export function createCheckedLookup(rules: Pick<ConnectionRules, 'checkAddress'>): LookupFunction {
  return (hostName, options, callback) => {
    lookUp(hostName, { ...options, all: true }, (error, addresses) => {
      const failure = error ?? refusalOf(rules, hostName, addresses);
      const [first] = addresses;
      if (failure) callback(failure, []);
      else if (options.all === true || first === undefined) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** Why one of the addresses is refused; `undefined` when all pass. */
function refusalOf(
  rules: Pick<ConnectionRules, 'checkAddress'>,
  hostName: string,
  addresses: readonly { readonly address: string }[],
): Error | undefined {
  try {
    for (const { address } of addresses) rules.checkAddress(hostName, address);
    return undefined;
  } catch (refusal) {
    return refusal instanceof Error ? refusal : new Error(String(refusal));
  }
}

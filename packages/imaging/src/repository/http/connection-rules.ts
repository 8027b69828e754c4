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
      if (error) return callback(error, []);
      try {
        for (const { address } of addresses) rules.checkAddress(hostName, address);
      } catch (refusal) {
        return callback(refusal instanceof Error ? refusal : new Error(String(refusal)), []);
      }
      const [first] = addresses;
      if (options.all === true || first === undefined) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

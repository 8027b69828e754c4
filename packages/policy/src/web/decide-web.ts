import type { WebPlace, WebRule, WorkspacePolicy } from '@carrel/contract';
import { RuleIndex } from './rule-index.ts';
import { readWebAddress } from './web-address.ts';

/** Where an address opens, and why. */
export interface WebDecision {
  readonly opensIn: WebPlace;
  readonly by:
    | { readonly kind: 'rule'; readonly position: number; readonly rule: WebRule }
    /** No rule fits. */
    | { readonly kind: 'others' }
    /** Not http or https: opens where it was asked for. */
    | { readonly kind: 'not-web' };
}

/**
 * Prepares the tab Web to be asked about addresses. Names are compared as names: a rule about addresses fits a host
 * that is written as one, and nothing is looked up.
 */
export function createWebDecider(web: WorkspacePolicy['web']): (url: string) => WebDecision {
  const index = new RuleIndex(web.rules);
  return (url) => {
    const address = readWebAddress(url);
    if (!address) return { opensIn: 'unchanged', by: { kind: 'not-web' } };
    const position = index.find(address);
    const rule = position === undefined ? undefined : web.rules[position];
    return position === undefined || rule === undefined
      ? { opensIn: web.others, by: { kind: 'others' } }
      : { opensIn: web.listed, by: { kind: 'rule', position, rule } };
  };
}

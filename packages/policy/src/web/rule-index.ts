import { type ParsedWebRule, parseWebRule, type UrlPattern, type WebRule } from '@carrel/contract';
import { matchesGlob } from './glob.ts';
import type { WebAddress } from './web-address.ts';

/** Finds the first of many rules that fits an address, without trying each. */
export class RuleIndex {
  readonly #suffixes = new Map<string, number>();
  readonly #prefixes = new Map<string, number>();
  /** Lengths of prefixes there are, as `BYTES/BITS`. */
  readonly #prefixLengths = new Map<string, { readonly size: number; readonly bits: number }>();
  #local: number | undefined;
  /** Patterns by what their host must end with, in whole labels; `''` where a `*` leaves nothing certain. */
  readonly #patterns = new Map<string, { readonly pattern: UrlPattern; readonly position: number }[]>();

  constructor(rules: readonly WebRule[]) {
    for (const [position, rule] of rules.entries()) {
      const parsed = parseWebRule(rule);
      if (!('fault' in parsed)) this.#add(parsed, position);
    }
  }

  /** Position of the first rule that fits; `undefined` when none does. */
  find(address: WebAddress): number | undefined {
    const found = [
      this.#findSuffix(address),
      this.#findPrefix(address),
      isLocal(address) ? this.#local : undefined,
      this.#findPattern(address),
    ].filter((position) => position !== undefined);
    return found.length === 0 ? undefined : Math.min(...found);
  }

  #add(rule: ParsedWebRule, position: number): void {
    switch (rule.kind) {
      case 'domain-suffix':
        keepFirst(this.#suffixes, rule.suffix, position);
        break;
      case 'ip-prefix':
        keepFirst(this.#prefixes, prefixKey(rule.bytes, rule.bits), position);
        this.#prefixLengths.set(`${rule.bytes.length}/${rule.bits}`, {
          size: rule.bytes.length,
          bits: rule.bits,
        });
        break;
      case 'all-local':
        this.#local ??= position;
        break;
      case 'url': {
        const tail = certainTail(rule.host);
        const list = this.#patterns.get(tail) ?? [];
        list.push({ pattern: rule, position });
        this.#patterns.set(tail, list);
      }
    }
  }

  #findSuffix({ host, bytes }: WebAddress): number | undefined {
    return bytes ? undefined : lowest(tailsOf(host).map((tail) => this.#suffixes.get(tail)));
  }

  #findPrefix({ bytes }: WebAddress): number | undefined {
    if (!bytes) return undefined;
    const lengths = [...this.#prefixLengths.values()].filter(({ size }) => size === bytes.length);
    return lowest(lengths.map(({ bits }) => this.#prefixes.get(prefixKey(bytes, bits))));
  }

  #findPattern(address: WebAddress): number | undefined {
    const tails = ['', ...tailsOf(address.host)];
    return lowest(
      tails.map((tail) => this.#patterns.get(tail)?.find(({ pattern }) => fits(pattern, address))?.position),
    );
  }
}

function fits({ scheme, host, port, path, hasQuery }: UrlPattern, address: WebAddress): boolean {
  return (
    (scheme === null || scheme === address.scheme) &&
    (port === '*' || port === address.port) &&
    matchesGlob(host, address.host) &&
    matchesGlob(path, hasQuery ? address.path + address.query : address.path)
  );
}

/** A name without a dot, which only the local network knows. */
function isLocal({ host, bytes }: WebAddress): boolean {
  return !bytes && !host.includes('.');
}

/** `a.b.c`, `b.c` and `c`. */
function tailsOf(host: string): string[] {
  const labels = host.split('.');
  return labels.map((_label, at) => labels.slice(at).join('.'));
}

/** The whole labels after the last one with a `*`. */
function certainTail(host: string): string {
  const labels = host.split('.');
  return labels.slice(labels.findLastIndex((label) => label.includes('*')) + 1).join('.');
}

function prefixKey(bytes: readonly number[], bits: number): string {
  const masked = bytes.map((byte, at) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - at * 8))) & 0xff);
  return `${masked.join('.')}/${bits}`;
}

function keepFirst(map: Map<string, number>, key: string, position: number): void {
  if (!map.has(key)) map.set(key, position);
}

function lowest(positions: readonly (number | undefined)[]): number | undefined {
  const found = positions.filter((position) => position !== undefined);
  return found.length === 0 ? undefined : Math.min(...found);
}

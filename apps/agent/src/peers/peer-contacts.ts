import type { FramePeer, PeerCircle } from '@carrel/imaging';
import { type AppError, backoffMs, type Clock } from '@carrel/kit';
import type { PeerKey } from './peer-key.ts';
import { PeerLink } from './peer-link.ts';
import type { PeerTable, SeenPeer } from './peer-table.ts';

export interface PeerContactsOptions {
  readonly ownId: string;
  readonly table: PeerTable;
  readonly key: PeerKey;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onLied: (address: string, error: AppError) => void;
}

interface Contact {
  readonly link: PeerLink;
  troubles: number;
  restsUntilMs: number;
}

const firstRestMs = 2_000;
const longestRestMs = 120_000;

/** The peers seen, as holders of one key; whoever fails rests for a while, longer each time. */
export class PeerContacts implements PeerCircle, Disposable {
  readonly ownId: string;
  readonly #options: PeerContactsOptions;
  readonly #contacts = new Map<string, Contact>();

  constructor(options: PeerContactsOptions) {
    this.#options = options;
    this.ownId = options.ownId;
  }

  list(): readonly FramePeer[] {
    const seen = this.#options.table.list();
    const names = new Set(seen.map(nameOf));
    for (const [name, { link }] of this.#contacts) {
      if (names.has(name)) continue;
      link[Symbol.dispose]();
      this.#contacts.delete(name);
    }
    const nowMs = this.#options.clock.monotonicMs();
    return seen
      .map((peer) => this.#contactOf(peer))
      .filter(({ restsUntilMs }) => restsUntilMs <= nowMs)
      .map(({ link }) => link);
  }

  succeeded(peer: FramePeer): void {
    const contact = this.#find(peer);
    if (contact) [contact.troubles, contact.restsUntilMs] = [0, 0];
  }

  failed(peer: FramePeer): void {
    const { clock, random } = this.#options;
    const contact = this.#find(peer);
    const nowMs = clock.monotonicMs();
    // What was under way at the same time fails at the same time: one trouble.
    if (!contact || contact.restsUntilMs > nowMs) return;
    contact.troubles += 1;
    const limits = { baseDelayMs: firstRestMs, maxDelayMs: longestRestMs, random };
    contact.restsUntilMs = nowMs + backoffMs(contact.troubles, limits);
  }

  lied(peer: FramePeer, error: AppError): void {
    this.#options.table.ban(peer.location);
    this.#options.onLied(peer.location, error);
  }

  [Symbol.dispose](): void {
    for (const { link } of this.#contacts.values()) link[Symbol.dispose]();
    this.#contacts.clear();
  }

  #contactOf(peer: SeenPeer): Contact {
    const name = nameOf(peer);
    const known = this.#contacts.get(name);
    const contact = known ?? { link: new PeerLink(peer, this.#options.key), troubles: 0, restsUntilMs: 0 };
    this.#contacts.set(name, contact);
    return contact;
  }

  #find(peer: FramePeer): Contact | undefined {
    return [...this.#contacts.values()].find(({ link }) => link === peer);
  }
}

function nameOf({ id, address, port }: SeenPeer): string {
  return `${id} ${address} ${port}`;
}

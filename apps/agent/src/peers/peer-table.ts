import type { Clock } from '@carrel/kit';
import type { Announcement } from './announcement.ts';

/** Another agent that was seen on a segment. */
export interface SeenPeer {
  readonly id: string;
  readonly address: string;
  readonly port: number;
}

interface Entry extends SeenPeer {
  readonly expiresAtMs: number;
}

/** More are of no use; whoever announces without end fills no memory. */
const maxPeers = 32;
/** One address announces again under a new name when its agent was restarted. */
const maxPerAddress = 2;
const banMs = 3_600_000;

/** The peers seen and not expired, but for addresses that are banned. */
export class PeerTable {
  readonly #clock: Clock;
  readonly #peers = new Map<string, Entry>();
  readonly #bannedUntilMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  list(): readonly SeenPeer[] {
    this.#expire();
    return [...this.#peers.values()];
  }

  /** @param address where it was seen; not to be taken from what it says unchecked */
  note({ id, port, ttlSeconds }: Announcement, address: string): void {
    this.#expire();
    if (this.#bannedUntilMs.has(address)) return;
    const known = this.#peers.get(id);
    // A name belongs to the address that was first to use it.
    if (known && known.address !== address) return;
    this.#peers.delete(id);
    if (ttlSeconds === 0) return;
    const ofAddress = [...this.#peers.values()].filter((peer) => peer.address === address);
    const [oldest] = ofAddress;
    if (oldest && ofAddress.length >= maxPerAddress) this.#peers.delete(oldest.id);
    if (this.#peers.size >= maxPeers) return;
    this.#peers.set(id, { id, address, port, expiresAtMs: this.#clock.monotonicMs() + ttlSeconds * 1000 });
  }

  /** It gave something else than was packed: its address is not listened to for an hour. */
  ban(address: string): void {
    this.#bannedUntilMs.set(address, this.#clock.monotonicMs() + banMs);
    for (const peer of this.#peers.values()) if (peer.address === address) this.#peers.delete(peer.id);
  }

  get bannedCount(): number {
    this.#expire();
    return this.#bannedUntilMs.size;
  }

  #expire(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const peer of this.#peers.values()) if (peer.expiresAtMs <= nowMs) this.#peers.delete(peer.id);
    for (const [address, untilMs] of this.#bannedUntilMs) {
      if (untilMs <= nowMs) this.#bannedUntilMs.delete(address);
    }
  }
}

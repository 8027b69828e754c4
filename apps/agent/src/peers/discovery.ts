import type { RemoteInfo } from 'node:dgram';
import type { Clock } from '@carrel/kit';
import multicastDns from 'multicast-dns';
import { announcementRecords, parseAnnouncement, serviceName } from './announcement.ts';
import type { PeerTable } from './peer-table.ts';
import type { Segment } from './segments.ts';

export interface DiscoveryOptions {
  readonly segment: Segment;
  /** This agent's own. */
  readonly id: string;
  readonly port: number;
  readonly peers: PeerTable;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onTrouble: (error: unknown) => void;
}

/** When an agent asks who is there and says that it is: at first soon, because names may be lost, then seldom. */
const firstDelaysMs = [0, 250, 1_000, 4_000];
const laterDelayMs = 50_000;
/** Questions are answered this often at most, whoever asks. */
const answerIntervalMs = 250;

/** Announces this agent on one segment and listens for others. Disposing it takes the announcement back. */
export class Discovery implements AsyncDisposable {
  readonly #options: DiscoveryOptions;
  readonly #dns: multicastDns.MulticastDNS;
  readonly #closing = new AbortController();
  readonly #announcing: Promise<void>;
  #answeredAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: DiscoveryOptions) {
    const { segment, onTrouble } = options;
    this.#options = options;
    this.#dns = multicastDns(
      segment.family === 'ipv4'
        ? // Bound to all addresses: what is sent to the group does not come in at one of them.
          { interface: segment.address, bind: '0.0.0.0' }
        : {
            type: 'udp6',
            ip: `ff02::fb%${segment.interfaceName}`,
            interface: `::%${segment.interfaceName}`,
            bind: '::',
          },
    );
    this.#dns.on('error', onTrouble);
    // Packets that are no DNS, and interfaces that went away: the next look at the interfaces settles it.
    this.#dns.on('warning', () => undefined);
    this.#dns.on('query', (query) => this.#onQuery(query.questions));
    this.#dns.on('response', (packet, from) => this.#onResponse(packet, from));
    this.#announcing = this.#announceAgainAndAgain();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#announcing;
    await new Promise<void>((resolve) => this.#dns.respond(this.#records(true), () => resolve()));
    await new Promise<void>((resolve) => this.#dns.destroy(resolve));
  }

  async #announceAgainAndAgain(): Promise<void> {
    const { clock, random, onTrouble } = this.#options;
    try {
      for (let round = 0; ; round += 1) {
        const delayMs = firstDelaysMs[round] ?? laterDelayMs;
        await clock.sleep(delayMs * (1 + random() / 5), this.#closing.signal);
        this.#dns.query([{ name: serviceName, type: 'PTR' }]);
        this.#dns.respond(this.#records());
      }
    } catch (error) {
      if (!this.#closing.signal.aborted) onTrouble(error);
    }
  }

  #onQuery(questions: readonly { readonly name: string }[] = []): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - this.#answeredAtMs < answerIntervalMs) return;
    if (!questions.some(({ name }) => name === serviceName)) return;
    this.#answeredAtMs = nowMs;
    this.#dns.respond(this.#records());
  }

  #onResponse(packet: unknown, { address: sender }: RemoteInfo): void {
    const { id, segment, peers } = this.#options;
    const found = parseAnnouncement(packet);
    if (!found || found.id === id) return;
    // IPv6 sends from a link-local address; the one to connect to is in the packet.
    const candidates = segment.family === 'ipv4' ? [sender] : found.addresses;
    const address = candidates.find((each) => segment.isNeighbour(each));
    if (address !== undefined) peers.note(found, address);
  }

  #records(isLeaving = false) {
    const { id, port, segment } = this.#options;
    return announcementRecords({ id, port, addresses: [segment.address] }, isLeaving);
  }
}

import { type LiveMessage, liveMessageSchema } from '@carrel/contract';
import { backoffMs } from '@carrel/kit';

/** How the page hears of changes: `live`, or trying to be again. */
export type LiveState = 'connecting' | 'live' | 'reconnecting';

/** The part of an `EventSource` that is used. */
export interface LiveSource {
  onopen: (() => void) | null;
  onmessage: ((message: { readonly data: unknown }) => void) | null;
  onerror: (() => void) | null;
  close(): void;
}

export interface LiveConnectionOptions {
  readonly open: () => LiveSource;
  /** Runs the action once after the delay; gives what cancels it. */
  readonly schedule: (action: () => void, delayMs: number) => () => void;
  /** Uniform in [0, 1); spreads consoles that lost the same server. */
  readonly random: () => number;
}

type Unsubscribe = () => void;

const reconnectDelays = { baseDelayMs: 1_000, maxDelayMs: 20_000 } as const;

/**
 * The stream of changes from the server. Opens itself again for as long as it is started; whoever shows data must
 * read it again after each `live` that follows a `reconnecting`, since messages of the time between are lost.
 */
export class LiveConnection {
  readonly #options: LiveConnectionOptions;
  readonly #messageListeners = new Set<(message: LiveMessage) => void>();
  readonly #stateListeners = new Set<() => void>();
  #source: LiveSource | undefined;
  #cancelRetry: (() => void) | undefined;
  #failures = 0;
  #state: LiveState = 'connecting';

  constructor(options: LiveConnectionOptions) {
    this.#options = options;
  }

  get state(): LiveState {
    return this.#state;
  }

  /** Connects; may be called again after {@link stop}. */
  start(): void {
    if (this.#source || this.#cancelRetry) return;
    this.#connect();
  }

  /** Tries at once instead of waiting, for when the network came back or the page is looked at again. */
  retryNow(): void {
    if (!this.#cancelRetry) return;
    this.#cancelRetry();
    this.#cancelRetry = undefined;
    this.#connect();
  }

  stop(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#closeSource();
    this.#failures = 0;
    this.#setState('connecting');
  }

  onMessage(listener: (message: LiveMessage) => void): Unsubscribe {
    this.#messageListeners.add(listener);
    return () => this.#messageListeners.delete(listener);
  }

  onStateChange(listener: () => void): Unsubscribe {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  #connect(): void {
    const source = this.#options.open();
    this.#source = source;
    source.onopen = () => {
      this.#failures = 0;
      this.#setState('live');
    };
    source.onmessage = (message) => this.#receive(message.data);
    source.onerror = () => this.#reconnectLater();
  }

  #reconnectLater(): void {
    this.#closeSource();
    this.#failures += 1;
    this.#setState('reconnecting');
    const delayMs = backoffMs(this.#failures, { ...reconnectDelays, random: this.#options.random });
    this.#cancelRetry = this.#options.schedule(() => {
      this.#cancelRetry = undefined;
      this.#connect();
    }, delayMs);
  }

  #closeSource(): void {
    if (!this.#source) return;
    this.#source.onopen = null;
    this.#source.onmessage = null;
    this.#source.onerror = null;
    this.#source.close();
    this.#source = undefined;
  }

  #receive(data: unknown): void {
    const message = liveMessageSchema.safeParse(parseJson(data));
    if (!message.success) return;
    for (const listener of this.#messageListeners) listener(message.data);
  }

  #setState(state: LiveState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#stateListeners) listener();
  }
}

/** `undefined` for what is no JSON: a newer server may send kinds of messages this page does not know. */
function parseJson(data: unknown): unknown {
  if (typeof data !== 'string') return undefined;
  try {
    return JSON.parse(data);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

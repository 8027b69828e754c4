import type { ServerResponse } from 'node:http';
import type { LiveMessage } from '@carrel/contract';
import type { Visibility } from './visibility.ts';

/** What may wait in memory for a client that does not read; more, and it is dropped. It reads anew when it is back. */
const maximumWaitingBytes = 1024 * 1024;

/** One console that listens: server-sent events (HTML standard, 9.2) on an open response. */
export class LiveClient {
  readonly #response: ServerResponse;
  #isVisible: Visibility;

  constructor(response: ServerResponse, isVisible: Visibility) {
    this.#response = response;
    this.#isVisible = isVisible;
  }

  /** What the client may hear of from now on. */
  allow(isVisible: Visibility): void {
    this.#isVisible = isVisible;
  }

  /** @param text the message as JSON, made once for all clients */
  send(message: LiveMessage, text: string): void {
    if (this.#isVisible(message)) this.#write(`data: ${text}\n\n`);
  }

  /** Keeps proxies from closing the connection, and finds out when the other side is gone. */
  beat(): void {
    this.#write(': beat\n\n');
  }

  end(): void {
    this.#response.end();
  }

  #write(text: string): void {
    if (this.#response.destroyed || this.#response.writableEnded) return;
    this.#response.write(text);
    if (this.#response.writableLength > maximumWaitingBytes) this.#response.destroy();
  }
}

import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, type AgentOptions, request } from 'node:https';
import { fail } from '@carrel/contract';
import type { FramePeer, PeerPack } from '@carrel/imaging';
import { abortReason } from '@carrel/kit';
import { type PeerKey, peerTls } from './peer-key.ts';
import { fetchHeader, heldAnswerSchema, maxHeldAnswerBytes } from './peer-messages.ts';
import type { SeenPeer } from './peer-table.ts';

/** A peer that says nothing for so long, not even that it is fetching, is given up. */
const silenceMs = 1_000;
const connectionsToTake = 4;

/** Asks one peer, proving by one key. Whoever made it disposes of it. */
export class PeerLink implements FramePeer, Disposable {
  readonly id: string;
  readonly location: string;
  readonly #peer: SeenPeer;
  readonly #asking: Agent;
  readonly #taking: Agent;

  constructor(peer: SeenPeer, key: PeerKey) {
    this.id = peer.id;
    this.location = peer.address;
    this.#peer = peer;
    const options: AgentOptions = {
      ...peerTls,
      keepAlive: true,
      // A session resumed would not prove the key again.
      maxCachedSessions: 0,
      pskCallback: () => ({ psk: key.secret, identity: key.identity }),
      // There is no certificate: that both hold the key is what is proved.
      checkServerIdentity: () => undefined,
    };
    this.#asking = new Agent({ ...options, maxSockets: 1 });
    this.#taking = new Agent({ ...options, maxSockets: connectionsToTake });
  }

  async ask(packDigest: string, signal: AbortSignal): Promise<PeerPack> {
    const answer = await this.#get(this.#asking, `/held/${hexOf(packDigest)}`, {}, signal);
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of this.#body(answer)) {
      length += chunk.length;
      if (length > maxHeldAnswerBytes) throw this.#failure('its answer is too long');
      chunks.push(chunk);
    }
    const said = heldAnswerSchema.safeParse(parseJson(Buffer.concat(chunks).toString()));
    if (answer.statusCode !== 200 || !said.success) throw this.#failure('its answer is none');
    return {
      held: said.data.held.map(([offsetBytes, lengthBytes]) => ({ offsetBytes, lengthBytes })),
      isFetching: said.data.isFetching,
    };
  }

  async *read(
    packDigest: string,
    range: { readonly offsetBytes: number; readonly lengthBytes: number },
    mayFetch: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const { offsetBytes, lengthBytes } = range;
    const headers = {
      range: `bytes=${offsetBytes}-${offsetBytes + lengthBytes - 1}`,
      ...(mayFetch && { [fetchHeader]: '1' }),
    };
    const answer = await this.#get(this.#taking, `/frames/${hexOf(packDigest)}`, headers, signal);
    try {
      const status = answer.statusCode ?? 0;
      if (status === 404 || status === 503) {
        // Read to its end, which is at once, so that the connection serves again.
        answer.resume();
        throw fail('IMAGE_DATA_MISSING', { what: `A part of pack ${packDigest}`, source: this.location });
      }
      if (status !== 206) throw this.#failure(`it answers with HTTP ${status}`);
      let length = 0;
      for await (const chunk of this.#body(answer)) {
        length += chunk.length;
        if (length > lengthBytes) throw this.#failure('more came than was asked for');
        yield chunk;
      }
      if (length < lengthBytes) throw this.#failure('less came than was asked for');
    } finally {
      if (!answer.complete && answer.statusCode === 206) answer.destroy();
    }
  }

  [Symbol.dispose](): void {
    this.#asking.destroy();
    this.#taking.destroy();
  }

  /** Sends a request and gives the answer as soon as its head is there. */
  async #get(
    agent: Agent,
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { address: host, port } = this.#peer;
    const asked = request({ agent, host, port, path, headers, signal, servername: '' });
    const silence = setTimeout(() => asked.destroy(this.#failure('it does not answer')), silenceMs);
    // Waiting for one of the few connections is not the peer's silence.
    silence.unref();
    asked.once('socket', () => silence.refresh());
    asked.on('information', () => silence.refresh());
    try {
      asked.end();
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      // Whatever happens to the connection later is told by the body.
      asked.on('error', () => undefined);
      return answer;
    } catch (error) {
      throw this.#translate(error, signal);
    } finally {
      clearTimeout(silence);
    }
  }

  async *#body(answer: IncomingMessage): AsyncGenerator<Uint8Array> {
    const silence = setTimeout(
      () => answer.destroy(this.#failure('it stopped in the middle')),
      2 * silenceMs,
    );
    try {
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        silence.refresh();
        // The frames are copied out of it by whoever takes it.
        yield chunk;
        silence.refresh();
      }
    } catch (error) {
      throw this.#translate(error);
    } finally {
      clearTimeout(silence);
    }
  }

  #translate(error: unknown, signal?: AbortSignal): unknown {
    if (signal?.aborted) return abortReason(signal);
    if (!(error instanceof Error)) return error;
    if ('errorClass' in error || error.name === 'AbortError' || error.name === 'TimeoutError') return error;
    return this.#failure('the connection failed', error);
  }

  #failure(reason: string, cause?: unknown) {
    return fail('PEER_UNREACHABLE', { peer: this.location, reason }, cause);
  }
}

function hexOf(packDigest: string): string {
  return packDigest.slice('sha256:'.length);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

import { connect, type Socket } from 'node:net';
import { openSocketPath } from '@carrel/contract/node';
import { abortReason, type Clock } from '@carrel/kit';

export interface ConnectOptions {
  readonly clock: Clock;
  /** How long to go on while the socket is not there or refuses. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Asked between tries; `true` means that nobody will ever answer. */
  readonly isHopeless?: () => boolean;
}

/** Connects, waiting for the socket to appear. `undefined` when nobody listens in time; the caller closes it. */
export async function connectWhenReady(path: string, options: ConnectOptions): Promise<Socket | undefined> {
  const { clock, signal } = options;
  const endMs = clock.monotonicMs() + options.timeoutMs;
  for (;;) {
    if (signal?.aborted) throw abortReason(signal);
    const socket = await tryConnect(path);
    if (socket) return socket;
    if (clock.monotonicMs() >= endMs || options.isHopeless?.()) return undefined;
    await clock.sleep(20, signal);
  }
}

/** Connects to a unix socket at a path of any length. `undefined` when it is missing or nobody listens. */
async function tryConnect(path: string): Promise<Socket | undefined> {
  const place = await openSocketPath(path).catch(() => undefined);
  if (!place) return undefined;
  try {
    return await connectOnce(place.path);
  } finally {
    await place[Symbol.asyncDispose]();
  }
}

function connectOnce(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const onError = (error: NodeJS.ErrnoException): void => {
      socket.destroy();
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'EAGAIN')
        resolve(undefined);
      else reject(error);
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      socket.off('error', onError);
      resolve(socket);
    });
  });
}

import { connect, createServer, type Socket } from 'node:net';

/** A line to a server that can be cut as if a cable were pulled: nothing arrives, and nobody is told. */
export interface CuttableLine extends AsyncDisposable {
  /** The server as seen over the line. */
  readonly url: string;
  /** Bytes that came from the server so far. */
  receivedBytes(): number;
  cut(): void;
  /** Those connections that were not given up meanwhile go on where they were. */
  mend(): void;
}

/** @param url of the server, with its port */
export async function openLine(url: string): Promise<CuttableLine> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isCut = false;
  let bytes = 0;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    far.on('data', (chunk: Buffer) => (bytes += chunk.length));
    near.pipe(far);
    far.pipe(near);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      if (isCut) hold(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, hostname, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the line has no port');
  return {
    url: `https://${hostname}:${address.port}`,
    receivedBytes: () => bytes,
    cut: () => {
      isCut = true;
      for (const socket of sockets) hold(socket);
    },
    mend: () => {
      isCut = false;
      for (const socket of sockets) release(socket);
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What arrives stays in the buffers of the system. */
function hold(socket: Socket): void {
  socket.cork();
  socket.pause();
}

function release(socket: Socket): void {
  socket.uncork();
  socket.resume();
}

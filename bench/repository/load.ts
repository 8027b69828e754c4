import { Pool } from 'undici';

export interface LoadOptions {
  readonly origin: string;
  readonly path: string;
  readonly fileBytes: number;
  /** Length of the ranges asked for, at random places; `undefined` asks for the whole. */
  readonly rangeBytes?: number;
  readonly connections: number;
  readonly durationMs: number;
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly megabytesPerSecond: number;
  readonly requestCount: number;
}

/** Asks again and again over some connections; every answer must be of the status and length expected. */
export async function putLoad(options: LoadOptions): Promise<LoadResult> {
  const { origin, connections, durationMs } = options;
  const pool = new Pool(origin, { connections, pipelining: 1, connect: { rejectUnauthorized: false } });
  const start = performance.now();
  let requestCount = 0;
  let receivedBytes = 0;
  const work = async (): Promise<void> => {
    while (performance.now() - start < durationMs) {
      const answerBytes = await ask(pool, options);
      receivedBytes += answerBytes;
      requestCount += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  const seconds = (performance.now() - start) / 1000;
  await pool.destroy();
  return {
    requestCount,
    requestsPerSecond: requestCount / seconds,
    megabytesPerSecond: receivedBytes / seconds / 1e6,
  };
}

function ask(pool: Pool, { path, fileBytes, rangeBytes }: LoadOptions): Promise<number> {
  const expectedBytes = rangeBytes ?? fileBytes;
  const start = Math.floor(Math.random() * (fileBytes - expectedBytes));
  const headers: Record<string, string> = { authorization: 'Basic YmVuY2g6YmVuY2g=' };
  if (rangeBytes !== undefined) headers.range = `bytes=${start}-${start + rangeBytes - 1}`;
  return new Promise((resolve, reject) => {
    let receivedBytes = 0;
    let status = 0;
    pool.dispatch(
      { path, method: 'GET', headers },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, statusCode) => {
          status = statusCode;
        },
        onResponseData: (_controller, chunk) => {
          receivedBytes += chunk.length;
        },
        onResponseEnd: () => {
          const isRight =
            receivedBytes === expectedBytes && status === (rangeBytes === undefined ? 200 : 206);
          if (isRight) resolve(receivedBytes);
          else reject(new Error(`HTTP ${status}, ${receivedBytes} bytes instead of ${expectedBytes}`));
        },
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

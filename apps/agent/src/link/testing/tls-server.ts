import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate for 127.0.0.1 that is its own authority, PEM. */
export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

const fakeTime = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

/**
 * Makes a certificate in the folder, which holds for two days.
 *
 * @param madeIn days from now; negative for one that was made before
 */
export async function makeCertificate(folder: string, name: string, madeIn = 0): Promise<TestCertificate> {
  const env =
    madeIn === 0
      ? process.env
      : { ...process.env, LD_PRELOAD: fakeTime, FAKETIME: `${madeIn < 0 ? '' : '+'}${madeIn}d` };
  const [keyPath, path] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const args = [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-keyout', keyPath, '-out', path],
  ];
  await run('openssl', args, { env });
  return { certificate: await readFile(path, 'utf8'), key: await readFile(keyPath, 'utf8') };
}

/** A server that answers on the loopback address. */
export async function serveTls(
  { certificate, key }: TestCertificate,
  listener: RequestListener,
): Promise<AsyncDisposable & { readonly origin: string }> {
  const server = createServer({ cert: certificate, key }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `https://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

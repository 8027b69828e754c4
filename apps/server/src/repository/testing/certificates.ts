import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from './program.ts';

/** A certificate for 127.0.0.1 and the authority it is from, all in PEM. */
export interface TestCertificates {
  readonly authority: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes an authority and a certificate for the loopback address with openssl, in the folder. */
export async function makeCertificates(folder: string): Promise<TestCertificates> {
  const path = (name: string): string => join(folder, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await mustRun('openssl', [
    ...['req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=Test authority'],
    ...['-keyout', path('authority.key'), '-out', path('authority.crt')],
  ]);
  await mustRun('openssl', [
    ...[
      'req',
      ...newKey,
      '-subj',
      '/CN=127.0.0.1',
      '-keyout',
      path('server.key'),
      '-out',
      path('server.csr'),
    ],
  ]);
  await writeFile(path('names'), 'subjectAltName=IP:127.0.0.1\n');
  await mustRun('openssl', [
    ...['x509', '-req', '-in', path('server.csr'), '-days', '2', '-extfile', path('names')],
    ...['-CA', path('authority.crt'), '-CAkey', path('authority.key'), '-CAcreateserial'],
    ...['-out', path('server.crt')],
  ]);
  const read = (name: string): Promise<string> => readFile(path(name), 'utf8');
  return {
    authority: await read('authority.crt'),
    cert: await read('server.crt'),
    key: await read('server.key'),
  };
}

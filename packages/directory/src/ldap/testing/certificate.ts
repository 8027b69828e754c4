import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** A self-signed certificate for these names in a folder, made with openssl. */
export async function makeCertificate(
  folder: string,
  names: readonly string[],
  days = 2,
): Promise<CertificateFiles> {
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const subjects = names.map((name) => (/^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(',');
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-days', String(days), '-subj', '/CN=directory', '-addext', `subjectAltName=${subjects}`],
    ...['-keyout', key, '-out', certificate],
  ]);
  return { certificate, key };
}

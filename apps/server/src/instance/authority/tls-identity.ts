import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { InstancePaths } from '../instance-paths.ts';
import { readFileIfThere, writePrivateFile } from '../private-file.ts';
import { type CertificatePair, createAuthority, createServerCertificate } from './certificates.ts';

/** A server certificate is made anew when less than this is left of it. */
const renewBeforeMs = 30 * 86_400_000;

/** What the server shows who it is with. */
export interface TlsIdentity {
  /** PEM: the server's certificate, then the authority's. */
  readonly chain: string;
  readonly key: string;
}

export interface Authority {
  readonly pair: CertificatePair;
  /** sha256 of the certificate's DER, lower-case hex. */
  readonly fingerprint: string;
}

/** The instance's certificate authority, made when there is none yet. */
export async function ensureAuthority(
  paths: InstancePaths,
  instanceId: string,
  nowMs: number,
): Promise<Authority> {
  const certificate = await readFileIfThere(paths.authorityCertificate);
  const key = await readFileIfThere(paths.authorityKey);
  if (certificate !== undefined && key !== undefined) return authorityOf({ certificate, key });
  const pair = await createAuthority(instanceId, nowMs);
  // The key first: a certificate without its key would look complete.
  await writePrivateFile(paths.authorityKey, pair.key);
  await writePrivateFile(paths.authorityCertificate, pair.certificate);
  return authorityOf(pair);
}

/** The server's certificate, made anew when it ends soon or lacks a name. */
export async function ensureServerIdentity(
  paths: InstancePaths,
  authority: Authority,
  names: readonly string[],
  nowMs: number,
): Promise<TlsIdentity> {
  const certificate = await readFileIfThere(paths.serverCertificate);
  const key = await readFileIfThere(paths.serverKey);
  if (
    certificate !== undefined &&
    key !== undefined &&
    isUsable({ certificate, key }, authority, names, nowMs)
  ) {
    return { chain: certificate + authority.pair.certificate, key };
  }
  const known = certificate === undefined ? [] : namesOf(new X509Certificate(certificate));
  const pair = await createServerCertificate(authority.pair, [...new Set([...names, ...known])], nowMs);
  const made = { ...pair, certificate: `${pair.certificate.trimEnd()}\n` };
  await writePrivateFile(paths.serverKey, made.key);
  await writePrivateFile(paths.serverCertificate, made.certificate);
  return { chain: made.certificate + authority.pair.certificate, key: made.key };
}

function authorityOf(pair: CertificatePair): Authority {
  const { raw } = new X509Certificate(pair.certificate);
  return { pair, fingerprint: createHash('sha256').update(raw).digest('hex') };
}

/** A key of another certificate is what a crash between the two writes leaves behind. */
function isUsable(
  pair: CertificatePair,
  authority: Authority,
  names: readonly string[],
  nowMs: number,
): boolean {
  const certificate = new X509Certificate(pair.certificate);
  const known = new Set(namesOf(certificate));
  return (
    certificate.validToDate.getTime() - nowMs > renewBeforeMs &&
    certificate.verify(new X509Certificate(authority.pair.certificate).publicKey) &&
    certificate.checkPrivateKey(createPrivateKey(pair.key)) &&
    names.every((name) => known.has(name))
  );
}

function namesOf(certificate: X509Certificate): string[] {
  return (certificate.subjectAltName ?? '')
    .split(', ')
    .map((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1])
    .filter((name) => name !== undefined)
    .map((name) => normaliseAddress(name));
}

/** OpenSSL prints `::1` as eight groups. */
function normaliseAddress(name: string): string {
  return isIPv6(name) ? (URL.parse(`http://[${name}]`)?.hostname.slice(1, -1) ?? name) : name.toLowerCase();
}

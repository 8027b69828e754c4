import { createHash } from 'node:crypto';
import { connect, type DetailedPeerCertificate } from 'node:tls';
import { fail } from '../errors/index.ts';

/** The certificate authority of an instance, which its agents and command lines trust and nothing else. */
export interface Authority {
  readonly pem: string;
  /** sha256 of its DER, lower-case hex. */
  readonly fingerprint: string;
}

const timeoutMs = 15_000;

/**
 * Asks a server which authority its certificate comes from. Nothing secret is sent; whether to trust the answer is
 * decided by its fingerprint.
 *
 * @param origin `https://HOST[:PORT]`
 * @throws {SERVER_UNREACHABLE} no answer
 * @throws {SERVER_NOT_TRUSTED} the server sends no authority along with its certificate
 */
export async function readAuthority(origin: string): Promise<Authority> {
  const url = new URL(origin);
  const certificate = await new Promise<DetailedPeerCertificate>((resolve, reject) => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const socket = connect({
      host,
      port: url.port === '' ? 443 : Number(url.port),
      // Only the certificate is read here; it is judged by the caller.
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    });
    const refuse = (reason: string, cause?: unknown): void => {
      socket.destroy();
      reject(fail('SERVER_UNREACHABLE', { server: origin, reason }, cause));
    };
    socket.setTimeout(timeoutMs, () => refuse('no answer in time'));
    socket.once('error', (error) => refuse(error.message, error));
    socket.once('secureConnect', () => {
      const peer = socket.getPeerCertificate(true);
      socket.destroy();
      resolve(peer);
    });
  });
  return authorityOf(origin, certificate);
}

function authorityOf(origin: string, leaf: DetailedPeerCertificate): Authority {
  let certificate = leaf;
  // The chain ends with a certificate that names itself as its issuer.
  while (Object.hasOwn(certificate, 'issuerCertificate') && certificate.issuerCertificate !== certificate) {
    certificate = certificate.issuerCertificate;
  }
  if (!Object.hasOwn(certificate, 'issuerCertificate')) throw fail('SERVER_NOT_TRUSTED', { server: origin });
  const base64 = certificate.raw.toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd();
  return {
    pem: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
  };
}

/**
 * As {@link readAuthority}, accepted only with the fingerprint the administrator gave.
 *
 * @param fingerprint sha256 in hex, with or without colons
 * @throws {SERVER_NOT_TRUSTED} it is another authority
 */
export async function readTrustedAuthority(origin: string, fingerprint: string): Promise<Authority> {
  const authority = await readAuthority(origin);
  if (authority.fingerprint !== fingerprint.replaceAll(':', '').toLowerCase()) {
    throw fail('SERVER_NOT_TRUSTED', { server: origin });
  }
  return authority;
}

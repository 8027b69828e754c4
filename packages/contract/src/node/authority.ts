import { createHash, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { fail } from '../errors/index.ts';

/** A certificate authority as a server presented it. */
export interface Authority {
  readonly pem: string;
  /** sha256 of the DER, hex. */
  readonly fingerprint: string;
}

const connectTimeoutMs = 10_000;

/**
 * Looks at the certificates a server presents and picks its authority: the one of the fingerprint, or without one the
 * last of the chain. Nothing is believed yet; the caller pins it and connects again, which checks chain and name.
 *
 * @throws {SERVER_UNREACHABLE} no answer
 * @throws {SERVER_NOT_TRUSTED} none of the certificates has the fingerprint, or the chain holds no authority
 */
export async function findAuthority(server: URL, fingerprint: string | undefined): Promise<Authority> {
  const chain = await presentedChain(server);
  const authorities = chain.filter((certificate) => certificate.ca);
  const found =
    fingerprint === undefined
      ? authorities.at(-1)
      : authorities.find((certificate) => fingerprintOf(certificate) === fingerprint);
  if (!found) throw fail('SERVER_NOT_TRUSTED', { server: server.origin });
  return { pem: found.toString(), fingerprint: fingerprintOf(found) };
}

/** Accepts what people copy: upper case, colons, spaces. `undefined` when it is no sha256. */
export function parseFingerprint(text: string): string | undefined {
  const hex = text.replaceAll(/[\s:]/g, '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(hex) ? hex : undefined;
}

function fingerprintOf(certificate: X509Certificate): string {
  return createHash('sha256').update(certificate.raw).digest('hex');
}

async function presentedChain(server: URL): Promise<X509Certificate[]> {
  const host = server.hostname.replaceAll(/[[\]]/g, '');
  const port = server.port === '' ? 443 : Number(server.port);
  const options = {
    host,
    port,
    // Only to look: nothing but the handshake is sent over this connection.
    rejectUnauthorized: false,
    ...(isIP(host) === 0 ? { servername: host } : {}),
  };
  return new Promise((resolve, reject) => {
    const unreachable = (reason: string, cause?: unknown): void =>
      reject(fail('SERVER_UNREACHABLE', { server: server.origin, reason }, cause));
    const socket = connect(options, () => {
      resolve(chainOf(socket));
      socket.destroy();
    });
    socket.setTimeout(connectTimeoutMs, () => {
      socket.destroy();
      unreachable('it took too long');
    });
    socket.on('error', (error) => unreachable(error.message, error));
  });
}

function chainOf(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let current: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (current?.raw instanceof Buffer) {
    chain.push(new X509Certificate(current.raw));
    current = current.issuerCertificate === current ? undefined : current.issuerCertificate;
  }
  return chain;
}

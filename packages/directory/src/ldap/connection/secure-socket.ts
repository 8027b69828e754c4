import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { getCACertificates, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { type DirectoryServer, fail } from '@carrel/contract';
import { serverName } from '../ldap-settings.ts';
import { connectTimeoutMs } from '../limits.ts';
import { requestStartTls } from './start-tls.ts';
import { withTimeLimit } from './with-time-limit.ts';

/** Codes of Node and OpenSSL that say what a certificate lacks, rather than that TLS did not come about. */
const certificateFault =
  /^(ERR_TLS_CERT_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY|DECODE)|INVALID_(CA|PURPOSE)|HOSTNAME_|PATH_LENGTH_|ERROR_IN_CERT_)/;

/**
 * Addresses of a server.
 *
 * @throws {DIRECTORY_NAME_UNRESOLVED}
 */
export async function resolveServer(server: DirectoryServer): Promise<string[]> {
  if (isIP(server.host) !== 0) return [server.host];
  const name = serverName(server);
  try {
    const found = await withTimeLimit(lookup(server.host, { all: true }), {
      server: name,
      timeoutMs: connectTimeoutMs,
      giveUp: () => undefined,
    });
    return found.map(({ address }) => address);
  } catch (error) {
    throw fail('DIRECTORY_NAME_UNRESOLVED', { server: name, reason: codeOf(error) }, error);
  }
}

/**
 * A TCP connection. Whoever opens it destroys it, or gives it to {@link secureSocket}.
 *
 * @throws {DIRECTORY_CONNECT_FAILED}
 * @throws {DIRECTORY_TIMED_OUT}
 */
export async function connectServer(server: DirectoryServer): Promise<Socket> {
  const name = serverName(server);
  const socket = connect({ host: server.host, port: server.port, autoSelectFamily: true });
  try {
    await withTimeLimit(once(socket, 'connect'), {
      server: name,
      timeoutMs: connectTimeoutMs,
      giveUp: () => socket.destroy(),
    });
  } catch (error) {
    socket.destroy();
    if (codeOf(error) === 'DIRECTORY_TIMED_OUT') throw error;
    throw fail('DIRECTORY_CONNECT_FAILED', { server: name, reason: codeOf(error) }, error);
  }
  return socket.setNoDelay(true).setKeepAlive(true, 60_000);
}

/**
 * TLS over a fresh connection, with the server's certificate checked by name and authority. The TCP socket belongs to
 * the result, or is destroyed.
 *
 * @param certificateAuthority PEM; `null` for what the system trusts
 * @throws {DIRECTORY_TLS_FAILED}
 * @throws {DIRECTORY_CERTIFICATE_REFUSED}
 * @throws {DIRECTORY_TIMED_OUT}
 */
export async function secureSocket(
  socket: Socket,
  server: DirectoryServer,
  certificateAuthority: string | null,
): Promise<TLSSocket> {
  const limit = { server: serverName(server), timeoutMs: connectTimeoutMs, giveUp: () => socket.destroy() };
  try {
    if (server.security === 'start-tls') await withTimeLimit(requestStartTls(socket), limit);
    const secure = tlsConnect({
      socket,
      host: server.host,
      ...(isIP(server.host) === 0 ? { servername: server.host } : {}),
      ca: certificateAuthority ?? getCACertificates('system'),
      minVersion: 'TLSv1.2',
    });
    await withTimeLimit(once(secure, 'secureConnect'), limit);
    return secure;
  } catch (error) {
    socket.destroy();
    const code = codeOf(error);
    if (code === 'DIRECTORY_TIMED_OUT') throw error;
    const details = { server: limit.server, reason: sentenceOf(error) };
    if (certificateFault.test(code)) throw fail('DIRECTORY_CERTIFICATE_REFUSED', details, error);
    throw fail('DIRECTORY_TLS_FAILED', details, error);
  }
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : sentenceOf(error);
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
}

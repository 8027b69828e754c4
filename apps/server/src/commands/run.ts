import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { fail } from '@carrel/contract';
import { systemClock } from '@carrel/kit';
import type { FastifyInstance } from 'fastify';
import { type Logger, pino } from 'pino';
import { createApp, replaceCertificate } from '../app/index.ts';
import { recordServerEvent } from '../events/index.ts';
import { startHousekeeping } from '../housekeeping/index.ts';
import { type OpenInstance, openInstance } from '../instance/index.ts';
import { createNotices } from '../notices/index.ts';
import type { Services } from '../services.ts';
import { serverVersion } from '../version.ts';
import { type CommandContext, type CommonOptions, connectionString, dataFolder } from './options.ts';

export interface RunCommandOptions extends CommonOptions {
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
}

/** How long requests under way may take to end when the server stops. */
const closeTimeoutMs = 10_000;

/** `carrel server run`: serves until the signal, then ends what is under way and closes. */
export async function runServer(options: RunCommandOptions, context: CommandContext): Promise<void> {
  // Log lines go to standard error; standard output has the one line that says it is ready.
  const log = pino({ level: options.logLevel }, pino.destination({ dest: 2, sync: true }));
  await using open = await openInstance({
    folder: dataFolder(options.data, context.env),
    names: options.name,
    connectionString: await connectionString(options, context.env),
    masterKeyText: context.env['CARREL_MASTER_KEY'],
    clock: systemClock,
    log,
  });
  const services: Services = {
    instance: open.instance,
    database: open.database,
    clock: systemClock,
    randomBytes: (count) => randomBytes(count),
    log,
    notices: createNotices(),
  };
  const app = await createApp(services, await open.tlsIdentity());
  await using running = new AsyncDisposableStack();
  running.defer(() => closeApp(app));
  const url = await listen(app, options);
  running.use(
    startHousekeeping(services, {
      renewCertificate: async () => replaceCertificate(app, await open.tlsIdentity()),
    }),
  );
  await recordServerEvent(services, 'SERVER-001', { serverVersion });
  announce(url, open, options, context, log);
  await untilAborted(context.signal);
  log.info('stopping');
}

function announce(
  url: string,
  { instance }: OpenInstance,
  options: RunCommandOptions,
  { out }: CommandContext,
  log: Logger,
): void {
  const authorityFingerprint = instance.authority.fingerprint;
  if (options.json) out(JSON.stringify({ url, authorityFingerprint, pid: process.pid }));
  else out(`Serving ${url} (authority sha256 ${authorityFingerprint}, process ${process.pid})`);
  log.info({ url, version: serverVersion }, 'serving');
}

/** @throws {PORT_TAKEN} */
async function listen(app: FastifyInstance, { host, port }: RunCommandOptions): Promise<string> {
  const address = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') throw fail('PORT_TAKEN', { address }, error);
    if (code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND') {
      const reason = `The address ${address} cannot be served on (${code}).`;
      throw fail('USAGE', { reason, command: 'carrel server run' }, error);
    }
    throw error;
  }
  const bound = app.server.address();
  const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `https://${isIPv6(shown) ? `[${shown}]` : shown}:${boundPort}`;
}

/** Lets requests end, then cuts off what has not. */
async function closeApp(app: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), closeTimeoutMs);
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../free-port.ts';

/** What went over the wire, by the log of the web server. */
export interface Traffic {
  /** Headers and content of all answers. */
  readonly bytes: number;
  readonly requests: number;
}

/** nginx, serving a folder. */
export interface WebServer extends AsyncDisposable {
  /** `http://127.0.0.1:8080` */
  readonly origin: string;
  /** What is put here is served. */
  readonly folder: string;
  /** Runs something and says what it fetched meanwhile. */
  count<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly traffic: Traffic }>;
}

export interface WebServerOptions {
  readonly folder: string;
  /** Default: this machine's own. */
  readonly address?: string;
  /** Put before the command, such as `ip netns exec NAME`. */
  readonly wrapper?: readonly string[];
}

/** Starts nginx as a distribution configures it for files; it writes each answer it gave into a log. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { folder, address = '127.0.0.1', wrapper = [] } = options;
  const served = join(folder, 'served');
  const log = join(folder, 'answers.log');
  await mkdir(served, { recursive: true });
  await writeFile(log, '');
  const port = await freePort();
  await writeFile(join(folder, 'nginx.conf'), configuration(folder, `${address}:${port}`));
  const command = [...wrapper, 'nginx', '-p', folder, '-c', join(folder, 'nginx.conf')];
  // The kernel ends it when we are gone, however that came.
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', ...command], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  const origin = `http://${address}:${port}`;
  await waitUntilAnswers(origin);
  return {
    origin,
    folder: served,
    count: async (work) => {
      await truncate(log);
      const result = await work();
      // An answer is logged when its last byte was taken, which may be after the client has gone.
      await sleep(200);
      return { result, traffic: readTraffic(await readFile(log, 'utf8')) };
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function configuration(folder: string, listen: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off; worker_processes 2; user root;
pid ${folder}/nginx.pid; error_log ${folder}/errors.log;
events { worker_connections 256; }
http {
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  log_format answers '$bytes_sent $status $request_uri "$http_range"';
  access_log ${folder}/answers.log answers;
  default_type application/octet-stream;
  sendfile on; tcp_nopush on; keepalive_requests 1000000; absolute_redirect off;
  server { listen ${listen}; root ${folder}/served; }
}
`;
}

function readTraffic(log: string): Traffic {
  const lines = log.split('\n').filter((line) => line !== '');
  const bytes = lines.reduce((sum, line) => sum + Number(line.split(' ', 1)[0]), 0);
  return { bytes, requests: lines.length };
}

async function waitUntilAnswers(origin: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isThere = await fetch(origin).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    await sleep(50);
  }
  throw new Error(`the web server at ${origin} does not answer`);
}

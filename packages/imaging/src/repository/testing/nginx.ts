import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../testing/docker-registry.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';

const guideUrl = new URL('../../../../../docs/repositories.md', import.meta.url);

/** nginx that serves a folder as `docs/repositories.md` configures it, over HTTP and HTTPS. */
export interface TestWebServer extends AsyncDisposable {
  readonly origin: string;
  readonly secureOrigin: string;
  /** PEM of the certificate of `secureOrigin`. */
  readonly ca: string;
  /** What is put here is served as `/images/`. */
  readonly folder: string;
  /** One line for each answer: status, protocol, address, range. */
  answers(): Promise<readonly string[]>;
}

/** Starts Debian's nginx on free ports of this computer. */
export async function startNginx(): Promise<TestWebServer> {
  const place = await temporaryFolder();
  const [port, securePort] = [await freePort(), await freePort()];
  await makeCertificate(place.path);
  const folder = join(place.path, 'served', 'images');
  await mkdir(folder, { recursive: true });
  const configuration = join(place.path, 'nginx.conf');
  await writeFile(configuration, await configure(place.path, port, securePort));
  const program = spawn('nginx', ['-p', place.path, '-c', configuration], { stdio: 'ignore' });
  const ended = once(program, 'exit');
  await untilListening(port);
  await untilListening(securePort);
  return {
    origin: `http://127.0.0.1:${port}`,
    secureOrigin: `https://127.0.0.1:${securePort}`,
    ca: await readFile(join(place.path, 'images.pem'), 'utf8'),
    folder,
    answers: async () =>
      (await readFile(join(place.path, 'answers.log'), 'utf8')).split('\n').filter((line) => line !== ''),
    [Symbol.asyncDispose]: async () => {
      program.kill('SIGTERM');
      await ended;
      await place[Symbol.asyncDispose]();
    },
  };
}

/** The configuration that the guide tells administrators to use, twice: as it is, and without TLS. */
async function configure(path: string, port: number, securePort: number): Promise<string> {
  const guide = await readFile(guideUrl, 'utf8');
  const documented = /```nginx\n(.*?)```/s.exec(guide)?.[1];
  if (documented === undefined) throw new Error('docs/repositories.md has no configuration of nginx.');
  const here = documented
    .replaceAll('/srv/www', `${path}/served`)
    .replaceAll('/etc/nginx/images', `${path}/images`);
  const secure = here.replace('listen 443', `listen 127.0.0.1:${securePort}`);
  const plain = here.replace(/listen .*;/, `listen 127.0.0.1:${port};`).replaceAll(/^ *ssl_.*$/gm, '');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off; worker_processes 1; user root; pid ${path}/nginx.pid; error_log ${path}/errors.log;
events { worker_connections 256; }
http {
  ${temporary.map((name) => `${name}_temp_path ${path}/${name};`).join(' ')}
  log_format answers '$status $server_protocol $request_uri $http_range';
  access_log ${path}/answers.log answers;
  sendfile on; tcp_nopush on;
  ${secure}
  ${plain}
}
`;
}

async function makeCertificate(folder: string): Promise<void> {
  const [key, certificate] = [join(folder, 'images.key'), join(folder, 'images.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const names = ['-subj', '/CN=images', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-nodes', '-keyout', key, '-out', certificate, '-days', '2'];
  await promisify(execFile)('openssl', ['req', '-x509', ...curve, ...names, ...files]);
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isUp) return;
    await sleep(50);
  }
  throw new Error(`nginx does not listen on ${port}.`);
}

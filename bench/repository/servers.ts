import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';

/** A server to be measured. */
export interface Contender extends AsyncDisposable {
  readonly name: string;
  readonly origin: string;
  readonly path: string;
  /** Seconds of processor time used so far, in user and system mode. */
  cpuSeconds(): Promise<number>;
}

/** A file of random bytes, stored as a blob of `bench/pack` in a repository folder. */
export async function writeBlob(
  folder: string,
  sizeBytes: number,
): Promise<{ path: string; digest: string }> {
  const content = randomBytes(sizeBytes);
  const hex = createHash('sha256').update(content).digest('hex');
  const blobs = join(folder, 'blobs', 'sha256', hex.slice(0, 2));
  const layers = join(folder, 'names', 'bench', 'pack', '_layers');
  for (const path of [blobs, layers]) await mkdir(path, { recursive: true });
  await writeFile(join(blobs, hex), content);
  await writeFile(join(layers, hex), '');
  return { path: join(blobs, hex), digest: `sha256:${hex}` };
}

export function makeCertificate(folder: string): void {
  execFileSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-subj', '/CN=127.0.0.1', '-keyout', join(folder, 'server.key'), '-out', join(folder, 'server.crt')],
  ]);
}

export async function startCarrel(folder: string, digest: string, tlsFolder?: string): Promise<Contender> {
  const script = join(import.meta.dirname, 'serve.ts');
  const parameters = tlsFolder === undefined ? [folder] : [folder, tlsFolder];
  const child = spawn(process.execPath, [script, ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(createInterface(child.stdout), 'line')) as [string];
  return contender('carrel', child, Number(port), `/v2/bench/pack/blobs/${digest}`, tlsFolder !== undefined);
}

/** One nginx process as a distribution configures it for files: sendfile, one worker, TLS as ours. */
export async function startNginx(folder: string, file: string, tlsFolder?: string): Promise<Contender> {
  const port = await freePort();
  const tls =
    tlsFolder === undefined
      ? ''
      : `ssl_certificate ${tlsFolder}/server.crt; ssl_certificate_key ${tlsFolder}/server.key;`;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const configuration = `
daemon off; master_process off; worker_processes 1; user root;
pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
events { worker_connections 256; }
http {
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  access_log off; sendfile on; tcp_nopush off; open_file_cache max=100; keepalive_requests 1000000;
  server {
    listen 127.0.0.1:${port}${tls === '' ? '' : ' ssl'}; ${tls}
    location = /blob { alias ${file}; }
  }
}`;
  await writeFile(join(folder, 'nginx.conf'), configuration);
  const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'inherit' });
  await sleep(500);
  return contender('nginx', child, port, '/blob', tls !== '');
}

function contender(name: string, child: ChildProcess, port: number, path: string, isTls: boolean): Contender {
  const ended = once(child, 'exit');
  return {
    name,
    origin: `${isTls ? 'https' : 'http'}://127.0.0.1:${port}`,
    path,
    cpuSeconds: async () => {
      const text = await readFile(`/proc/${child.pid ?? 0}/stat`, 'utf8');
      // proc(5): user and system time are the 12th and 13th field after the name of the program, in 1/100 s.
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) / 100;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadResult, putLoad } from './load.ts';
import { type Contender, makeCertificate, startCarrel, startNginx, writeBlob } from './servers.ts';

// Range requests to the built-in repository against nginx serving the same file:
//   node bench/repository/bench.ts [SECONDS]
// A ratio above 1 in "speed" and below 1 in "processor" is in favour of Carrel.

const durationMs = Number(process.argv[2] ?? '3') * 1000;
const fileBytes = 64 * 1024 * 1024;
const cases = [
  { name: '64 KiB ranges', rangeBytes: 64 * 1024 },
  { name: '1 MiB ranges', rangeBytes: 1024 * 1024 },
  { name: 'whole pack, 64 MiB' },
] as const;

interface Measured extends LoadResult {
  readonly cpuMicrosecondsPerMegabyte: number;
  readonly cpuMicrosecondsPerRequest: number;
}

async function measure(server: Contender, rangeBytes: number | undefined): Promise<Measured> {
  const { origin, path } = server;
  const load = {
    origin,
    path,
    fileBytes,
    connections: 8,
    ...(rangeBytes === undefined ? {} : { rangeBytes }),
  };
  await putLoad({ ...load, durationMs: durationMs / 4 });
  const before = await server.cpuSeconds();
  const result = await putLoad({ ...load, durationMs });
  const microseconds = ((await server.cpuSeconds()) - before) * 1e6;
  const megabytes = (result.megabytesPerSecond * result.requestCount) / result.requestsPerSecond;
  return {
    ...result,
    cpuMicrosecondsPerMegabyte: microseconds / megabytes,
    cpuMicrosecondsPerRequest: microseconds / result.requestCount,
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const folder = await mkdtemp(join(tmpdir(), 'carrel-bench-'));
try {
  makeCertificate(folder);
  const { path, digest } = await writeBlob(join(folder, 'repository'), fileBytes);
  for (const tlsFolder of [undefined, folder]) {
    print(tlsFolder === undefined ? 'HTTP' : 'HTTPS');
    await using carrel = await startCarrel(join(folder, 'repository'), digest, tlsFolder);
    await using nginx = await startNginx(folder, path, tlsFolder);
    for (const one of cases) {
      const rangeBytes = 'rangeBytes' in one ? one.rangeBytes : undefined;
      const results = [await measure(carrel, rangeBytes), await measure(nginx, rangeBytes)] as const;
      for (const [index, server] of [carrel, nginx].entries()) {
        const result = results[index];
        if (!result) continue;
        print(
          `  ${one.name.padEnd(20)} ${server.name.padEnd(7)} ${result.requestsPerSecond.toFixed(0).padStart(6)} req/s ` +
            `${result.megabytesPerSecond.toFixed(0).padStart(5)} MB/s  ` +
            `${result.cpuMicrosecondsPerRequest.toFixed(0).padStart(6)} us/req ` +
            `${result.cpuMicrosecondsPerMegabyte.toFixed(0).padStart(5)} us/MB`,
        );
      }
      const speed = results[0].requestsPerSecond / results[1].requestsPerSecond;
      const cpu = results[0].cpuMicrosecondsPerRequest / results[1].cpuMicrosecondsPerRequest;
      print(`  ${''.padEnd(20)} ratio   speed ${speed.toFixed(2)}, processor ${cpu.toFixed(2)}`);
    }
  }
} finally {
  await rm(folder, { recursive: true });
}

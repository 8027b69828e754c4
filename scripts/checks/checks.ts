import { spawn } from 'node:child_process';
import { join } from 'node:path';

interface Check {
  readonly name: string;
  /** Program file below the root, run under this Node, with its arguments; or a native program by full path. */
  readonly command: readonly string[];
}

const checks: readonly Check[] = [
  { name: 'format', command: ['node_modules/@biomejs/biome/bin/biome', 'check', '.'] },
  { name: 'types', command: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'] },
  {
    name: 'lint',
    command: [
      'node_modules/eslint/bin/eslint.js',
      '--max-warnings',
      '0',
      '--cache',
      '--cache-location',
      'node_modules/.cache/eslint/',
      '.',
    ],
  },
  {
    name: 'import directions',
    command: [
      'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
      'packages',
      'apps',
      'e2e',
      'scripts',
    ],
  },
  { name: 'dead code', command: ['node_modules/knip/bin/knip.js'] },
  { name: 'generated files', command: ['scripts/generate.ts', '--check'] },
];

/** Runs the static checks one after the other, two where they do not share a processor for long. */
export async function runChecks(root: string): Promise<{ passed: number; failed: number }> {
  let failed = 0;
  for (const check of checks) {
    const { code, output } = await run(root, check.command);
    process.stdout.write(`${code === 0 ? 'ok  ' : 'FAIL'} ${check.name}\n`);
    if (code === 0) continue;
    failed += 1;
    process.stdout.write(`${output.trimEnd()}\n`);
  }
  return { passed: checks.length - failed, failed };
}

function run(
  root: string,
  [file = '', ...args]: readonly string[],
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, file), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('exit', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

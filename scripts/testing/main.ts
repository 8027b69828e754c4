// Runs every check, then every test, and ends with the line "N passed, N failed".
// Arguments are passed to Vitest and leave the checks out: npm test -- packages/kit
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecks } from '../checks/checks.ts';
import { countTests } from './count-tests.ts';

const root = join(import.meta.dirname, '../..');
const vitestArgs = process.argv.slice(2);

const checks = vitestArgs.length === 0 ? await runChecks(root) : { passed: 0, failed: 0 };
const tests = await runVitest(vitestArgs);
const passed = checks.passed + tests.passed;
const failed = checks.failed + tests.failed;
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && tests.passed > 0 ? 0 : 1;

/** Runs Vitest and counts from its own report; a run that gives no report counts as one failure. */
async function runVitest(args: readonly string[]): Promise<{ passed: number; failed: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'carrel-test-'));
  const reportPath = join(folder, 'report.json');
  try {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`];
    const code = await run(process.execPath, [vitest, 'run', ...reporters, ...args]);
    return countTests(await readFile(reportPath, 'utf8').catch(() => ''), code);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

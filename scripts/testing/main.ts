// Runs every check, then every test, and ends with the line "N passed, N failed".
// Arguments are passed to Vitest and leave the checks out: npm test -- packages/kit
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { runChecks } from '../checks/checks.ts';
import { countTests, failedFiles, readTestReport, type TestReport } from './test-report.ts';

/** More failing files than this are not an accident of a busy machine. */
const mostSecondTries = 4;

const root = join(import.meta.dirname, '../..');
const vitestArgs = process.argv.slice(2);

const checks = vitestArgs.length === 0 ? await runChecks(root) : { passed: 0, failed: 0 };
const tests = countTests(vitestArgs.length === 0 ? await runAll() : await runVitest(vitestArgs));
const passed = checks.passed + tests.passed;
const failed = checks.failed + tests.failed;
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && tests.passed > 0 ? 0 : 1;

/**
 * Runs every test. Emulated guests, databases and browsers share a machine's processors: files that failed are tried
 * again once, whole and alone, and what fails then has failed. Tests of a file build on each other, so that one of
 * them cannot be repeated by itself.
 */
async function runAll(): Promise<TestReport> {
  const first = await runVitest([]);
  const failed = failedFiles(first.files);
  if (failed.length === 0 || failed.length > mostSecondTries) return first;
  const names = failed.map((file) => relative(root, file)).join(', ');
  process.stdout.write(`\nTried again, alone: ${names}\n`);
  const second = await runVitest(['--no-file-parallelism', ...failed]);
  return { files: new Map([...first.files, ...second.files]), isBroken: second.isBroken };
}

async function runVitest(args: readonly string[]): Promise<TestReport> {
  const folder = await mkdtemp(join(tmpdir(), 'carrel-test-'));
  const reportPath = join(folder, 'report.json');
  try {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`];
    const code = await run(process.execPath, [vitest, 'run', ...reporters, ...args]);
    return readTestReport(await readFile(reportPath, 'utf8').catch(() => ''), code);
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

import { z } from 'zod';

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

export interface TestCount {
  readonly passed: number;
  readonly failed: number;
}

/** What one run of Vitest found. */
export interface TestReport {
  /** By the path of the test file. A file that could not be run counts as one failure. */
  readonly files: ReadonlyMap<string, TestCount>;
  /** The run ended badly although no test failed: no report, or an error outside of all tests. */
  readonly isBroken: boolean;
}

/** Reads Vitest's JSON report of a run that ended with this exit code. */
export function readTestReport(reportText: string, exitCode: number): TestReport {
  const report = reportSchema.safeParse(parse(reportText));
  if (!report.success) return { files: new Map(), isBroken: true };
  const files = new Map(report.data.testResults.map((file) => [file.name, countFile(file)]));
  return { files, isBroken: exitCode !== 0 && failedFiles(files).length === 0 };
}

/** Paths of the files with failures. */
export function failedFiles(files: TestReport['files']): string[] {
  return [...files].filter(([, { failed }]) => failed > 0).map(([name]) => name);
}

/** Sums all files; a broken run counts as one failure more. */
export function countTests({ files, isBroken }: TestReport): TestCount {
  let passed = 0;
  let failed = isBroken ? 1 : 0;
  for (const file of files.values()) {
    passed += file.passed;
    failed += file.failed;
  }
  return { passed, failed };
}

function countFile(file: { status: string; assertionResults: readonly { status: string }[] }): TestCount {
  const count = (status: string): number =>
    file.assertionResults.filter((test) => test.status === status).length;
  const failed = count('failed');
  return { passed: count('passed'), failed: failed === 0 && file.status === 'failed' ? 1 : failed };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

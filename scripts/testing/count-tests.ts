import { z } from 'zod';

const reportSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numFailedTestSuites: z.int(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

export interface TestCount {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Counts tests from Vitest's JSON report. A file that could not be run counts as one failure, and so does a run
 * that ended badly although every test passed (an unhandled error, say).
 */
export function countTests(reportText: string, exitCode: number): TestCount {
  const report = reportSchema.safeParse(parse(reportText));
  if (!report.success) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, testResults } = report.data;
  const isUnrunnable = (file: { status: string; assertionResults: unknown[] }): boolean =>
    file.status === 'failed' && file.assertionResults.length === 0;
  const failed = numFailedTests + testResults.filter(isUnrunnable).length;
  return { passed: numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

import { describe, expect, it } from 'vitest';
import { countTests } from './count-tests.ts';

const report = (passed: number, failed: number, testResults: unknown[] = []) =>
  JSON.stringify({ numPassedTests: passed, numFailedTests: failed, numFailedTestSuites: 0, testResults });

describe('counting tests', () => {
  it('takes the numbers of the report', () => {
    expect(countTests(report(5, 0), 0)).toEqual({ passed: 5, failed: 0 });
    expect(countTests(report(5, 2), 1)).toEqual({ passed: 5, failed: 2 });
  });

  it('counts a file that could not be run', () => {
    expect(countTests(report(5, 0, [{ status: 'failed', assertionResults: [] }]), 1)).toEqual({
      passed: 5,
      failed: 1,
    });
  });

  it('does not pass a run that ended badly or without a report', () => {
    expect(countTests(report(5, 0), 1)).toEqual({ passed: 5, failed: 1 });
    expect(countTests('', 1)).toEqual({ passed: 0, failed: 1 });
  });
});

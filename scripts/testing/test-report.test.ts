import { describe, expect, it } from 'vitest';
import { countTests, failedFiles, readTestReport } from './test-report.ts';

const file = (name: string, ...statuses: string[]) => ({
  name,
  status: statuses.includes('failed') ? 'failed' : 'passed',
  assertionResults: statuses.map((status) => ({ status })),
});
const report = (...testResults: unknown[]) => JSON.stringify({ testResults });

describe('the report of a test run', () => {
  it('is counted a file', () => {
    const { files, isBroken } = readTestReport(
      report(file('/a', 'passed', 'skipped', 'passed'), file('/b', 'failed', 'passed')),
      1,
    );
    expect(files).toEqual(
      new Map([
        ['/a', { passed: 2, failed: 0 }],
        ['/b', { passed: 1, failed: 1 }],
      ]),
    );
    expect(isBroken).toBe(false);
    expect(failedFiles(files)).toEqual(['/b']);
    expect(countTests({ files, isBroken })).toEqual({ passed: 3, failed: 1 });
  });

  it('counts a file that could not be run, and one whose set-up or end failed', () => {
    const unrunnable = { name: '/c', status: 'failed', assertionResults: [] };
    const badEnd = { ...file('/d', 'passed'), status: 'failed' };
    const { files } = readTestReport(report(unrunnable, badEnd), 1);
    expect(failedFiles(files)).toEqual(['/c', '/d']);
    expect(countTests({ files, isBroken: false })).toEqual({ passed: 1, failed: 2 });
  });

  it('does not pass a run that ended badly or without a report', () => {
    expect(countTests(readTestReport(report(file('/a', 'passed')), 1))).toEqual({ passed: 1, failed: 1 });
    expect(countTests(readTestReport('', 0))).toEqual({ passed: 0, failed: 1 });
    expect(countTests(readTestReport('{}', 0))).toEqual({ passed: 0, failed: 1 });
  });
});

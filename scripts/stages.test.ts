import { describe, expect, test } from 'vitest';
import { closingLine, singleResult, slowestFiles, type VitestReport, vitestResult } from './stages.ts';

const report = (success: boolean, ...files: [status: string, ...tests: string[]][]): VitestReport => ({
  success,
  testResults: files.map(([status, ...tests], i) => ({
    name: `/repo/f${i}.test.ts`,
    startTime: 0,
    endTime: 1000 * (i + 1),
    status,
    assertionResults: tests.map((each) => ({ status: each })),
  })),
});

describe('a run of vitest', () => {
  test('is counted by its tests', () => {
    const counted = vitestResult(
      'unit',
      report(true, ['passed', 'passed', 'skipped'], ['passed', 'passed']),
      0,
      3,
    );
    expect(counted).toMatchObject({ passed: 2, failed: 0, skipped: 1, seconds: 3 });
    expect(counted.files).toEqual([
      { path: '/repo/f0.test.ts', seconds: 1 },
      { path: '/repo/f1.test.ts', seconds: 2 },
    ]);
  });

  test('fails by its failures', () => {
    expect(vitestResult('unit', report(false, ['failed', 'passed', 'failed', 'failed']), 1, 0)).toMatchObject(
      {
        passed: 1,
        failed: 2,
      },
    );
  });

  test('fails by a file that could not be loaded', () => {
    expect(vitestResult('unit', report(false, ['failed'], ['passed', 'passed']), 1, 0)).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });

  test('fails without a test, without a report and by its exit code', () => {
    expect(vitestResult('unit', report(true), 0, 0).failed).toBe(1);
    expect(vitestResult('unit', report(true, ['passed', 'skipped']), 0, 0).failed).toBe(1);
    expect(vitestResult('unit', undefined, 0, 0).failed).toBe(1);
    expect(vitestResult('unit', report(true, ['passed', 'passed']), 1, 0).failed).toBe(1);
    expect(vitestResult('unit', report(false, ['passed', 'passed']), 0, 0).failed).toBe(1);
  });
});

test('the closing line sums the stages', () => {
  const stages = [
    singleResult('lint', 0, 1),
    singleResult('types', 2, 1),
    vitestResult('unit', report(true, ['passed', 'passed', 'passed']), 0, 1),
  ];
  expect(closingLine(stages)).toBe('3 passed, 1 failed');
});

test('the slowest files come first', () => {
  const stages = [
    vitestResult(
      'unit',
      report(true, ['passed', 'passed'], ['passed', 'passed'], ['passed', 'passed']),
      0,
      1,
    ),
  ];
  expect(slowestFiles(stages, 2).map(({ seconds }) => seconds)).toEqual([3, 2]);
});

/** What one stage of the tests did. */
export interface StageResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** Test files with their seconds. */
  readonly files: readonly { readonly path: string; readonly seconds: number }[];
}

/** The part of vitest's JSON report that is read here. */
export interface VitestReport {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** A stage without tests of its own, such as the linter: it counts as one test. */
export function singleResult(name: string, exitCode: number, seconds: number): StageResult {
  const good = exitCode === 0;
  return { name, passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0, seconds, files: [] };
}

/**
 * Counts a run of vitest. A report that is missing, a file that could not be loaded, a failure outside the tests
 * and a run without any test count as one failure each.
 */
export function vitestResult(
  name: string,
  report: VitestReport | undefined,
  exitCode: number,
  seconds: number,
): StageResult {
  const files = report?.testResults ?? [];
  const count = (...statuses: string[]): number =>
    files.flatMap((file) => file.assertionResults).filter(({ status }) => statuses.includes(status)).length;
  const passed = count('passed');
  const broken = files.filter(
    (file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
  );
  let failed = count('failed') + broken.length;
  if (failed === 0 && (exitCode !== 0 || passed === 0 || report?.success === false)) failed = 1;
  return {
    name,
    passed,
    failed,
    skipped: count('skipped', 'pending', 'todo', 'disabled'),
    seconds,
    files: files.map((file) => ({ path: file.name, seconds: (file.endTime - file.startTime) / 1000 })),
  };
}

/** The slowest test files of all stages, slowest first. */
export function slowestFiles(
  results: readonly StageResult[],
  most: number,
): { path: string; seconds: number }[] {
  return results
    .flatMap(({ files }) => files)
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, most);
}

/** The last line of a run: sums over all stages, nothing else. */
export function closingLine(results: readonly StageResult[]): string {
  const sum = (key: 'passed' | 'failed'): number => results.reduce((total, result) => total + result[key], 0);
  return `${sum('passed')} passed, ${sum('failed')} failed`;
}

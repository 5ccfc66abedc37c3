import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What a step of the test run found. */
export interface Findings {
  passed: number;
  /** One text a failure: what failed and why. */
  failures: string[];
}

interface VitestReport {
  numPassedTests: number;
  testResults: {
    name: string;
    message: string;
    status: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

interface PlaywrightError {
  message?: string;
}

interface PlaywrightResult {
  errors: PlaywrightError[];
  attachments: { name: string; path?: string }[];
}

interface PlaywrightSuite {
  title: string;
  suites?: PlaywrightSuite[];
  specs: {
    title: string;
    ok: boolean;
    tests: { status: string; results: PlaywrightResult[] }[];
  }[];
}

interface PlaywrightReport {
  errors: PlaywrightError[];
  suites: PlaywrightSuite[];
}

/** Reads the report of Vitest's `json` reporter. */
export function readVitestReport(file: string): Findings {
  const report: VitestReport = JSON.parse(readFileSync(file, 'utf8'));
  const failures = report.testResults.flatMap((result) => {
    const name = path.relative(process.cwd(), result.name);
    const failed = result.assertionResults.filter(({ status }) => status === 'failed');
    if (failed.length === 0)
      return result.status === 'failed' ? [`${name}\n${result.message}`] : [];
    return failed.map((test) => [`${name}: ${test.fullName}`, ...test.failureMessages].join('\n'));
  });
  return { passed: report.numPassedTests, failures };
}

/** Reads the report of Playwright's `json` reporter; a test that passed at the second attempt alone counts as failed. */
export function readPlaywrightReport(file: string): Findings {
  const report: PlaywrightReport = JSON.parse(readFileSync(file, 'utf8'));
  const findings: Findings = { passed: 0, failures: report.errors.map(textOf) };
  for (const suite of report.suites) addSuite(suite, [], findings);
  return findings;
}

function addSuite(suite: PlaywrightSuite, parents: string[], findings: Findings): void {
  const titles = [...parents, suite.title];
  for (const spec of suite.specs) {
    for (const { status, results } of spec.tests) {
      if (status === 'expected') findings.passed += 1;
      if (status !== 'unexpected' && status !== 'flaky') continue;
      const errors = results.flatMap((result) => result.errors.map(textOf));
      const pages = results.flatMap(pagesAtTheEnd);
      findings.failures.push([[...titles, spec.title].join(': '), ...errors, ...pages].join('\n'));
    }
  }
  for (const child of suite.suites ?? []) addSuite(child, titles, findings);
}

/** What stood on the page when the test failed; where the files of a run are thrown away, nothing else tells. */
function pagesAtTheEnd({ attachments }: PlaywrightResult): string[] {
  return attachments.flatMap(({ name, path: file }) => {
    if (name !== 'error-context' || file === undefined) return [];
    const context = readFileSync(file, 'utf8');
    return [/^```yaml\n[^]*?^```/m.exec(context)?.[0] ?? context];
  });
}

function textOf(error: PlaywrightError): string {
  return error.message ?? 'no message';
}

// npm run generate: writes the files under docs/reference, and the example design, from the code. --check only says
// whether they are current.
// Either way it fails when a document names a test that is not there.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { renderCliReference } from './generate/cli-reference.ts';
import { renderErrorReference } from './generate/error-reference.ts';
import { renderEventReference } from './generate/event-reference.ts';
import { renderExampleDesign } from './generate/example-design.ts';
import { renderMedvSettings } from './generate/medv-settings.ts';
import { findMissingTests } from './generate/named-tests.ts';
import { renderOpenApi } from './generate/open-api.ts';
import { renderPlanReference } from './generate/plan-reference.ts';
import { renderPlanningRules } from './generate/planning-rules.ts';
import { renderPolicyReference } from './generate/policy-reference.ts';
import { renderSettingsReference } from './generate/settings-reference.ts';

const root = join(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');
const files: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/reference/cli.md': renderCliReference,
  'docs/reference/errors.md': renderErrorReference,
  'docs/reference/events.md': renderEventReference,
  'docs/reference/medv-settings.md': renderMedvSettings,
  'docs/reference/openapi.json': renderOpenApi,
  'docs/reference/plan-file.md': renderPlanReference,
  'docs/reference/planning-rules.md': renderPlanningRules,
  'docs/reference/policy.md': renderPolicyReference,
  'docs/reference/settings.md': renderSettingsReference,
};

const rendered = new Map<string, string>();
for (const [path, render] of Object.entries(files)) rendered.set(path, await render());
for (const [path, wanted] of await renderExampleDesign(root)) rendered.set(path, wanted);

for (const [path, wanted] of rendered) {
  const present = await readFile(join(root, path), 'utf8').catch(() => '');
  if (present === wanted) continue;
  if (isCheck) {
    process.stderr.write(`${path} does not fit the code: run npm run generate\n`);
    process.exitCode = 1;
  } else {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), wanted);
    process.stdout.write(`wrote ${path}\n`);
  }
}

for (const problem of await findMissingTests(root)) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}

import { join } from 'node:path';
import { makeDesign, rolloutScenario, simulateRollout } from '@carrel/planner';
import { loadPlan } from '../../apps/cli/src/plan/plan-file.ts';
import { reportFiles } from '../../apps/cli/src/plan/report-formats.ts';

/** A rollout in a document that is checked in must come out the same each time. */
const seed = 1;

/** docs/example-design.md with its pictures and job aids, from examples/planning/plan.yaml. */
export async function renderExampleDesign(root: string): Promise<Map<string, string>> {
  const design = makeDesign(await loadPlan(join(root, 'examples/planning/plan.yaml')));
  const rollouts = [
    await simulateRollout(rolloutScenario(design, { kind: 'initial' }), { seed }),
    await simulateRollout(rolloutScenario(design, { kind: 'update' }), { seed }),
  ];
  // Not shown in any of these formats.
  const createdAt = new Date(0);
  const wanted = [
    { path: 'docs/example-design.md', table: 'a-1' },
    { path: 'docs/example-design/job-aid-a-1.csv', table: 'a-1' },
    { path: 'docs/example-design/job-aid-a-2.csv', table: 'a-2' },
  ] as const;
  const files = await Promise.all(
    wanted.map(({ path, table }) => reportFiles({ design, parts: { rollouts }, path, table, createdAt })),
  );
  return new Map(
    files
      .flatMap((each) => each ?? [])
      .map(({ path, content }) => [
        path,
        typeof content === 'string' ? content : new TextDecoder('utf-8', { ignoreBOM: true }).decode(content),
      ]),
  );
}

import { decisionRules } from '@carrel/planner';
import { page, table } from './markdown.ts';

/** docs/reference/planning-rules.md */
export function renderPlanningRules(): string {
  const rules = Object.entries(decisionRules);
  return page(
    'Rules of the planner',
    'Every decision a design consists of, with the rule that answers it. Documents name the id beside each answer. In words: [planning](../planning.md).',
    ...([1, 2, 3, 4] as const).flatMap((step) => [
      `## Step ${step}`,
      table(
        ['id', 'question', 'rule', 'source'],
        rules
          .filter(([, rule]) => rule.step === step)
          .map(([id, { question, text, source }]) => [`\`${id}\``, question, text, source]),
      ),
    ]),
  );
}

import type { Design } from '../../decisions/index.ts';
import { paragraph, section, table } from '../model/blocks.ts';
import type { Section } from '../model/plan-document.ts';
import { code, name, statement, words } from '../model/prose.ts';
import { sourceOf } from '../model/sources.ts';

/** What the design warns of. */
export function risksSection({ findings }: Design): Section {
  if (findings.length === 0)
    return section('risks', 'Risks', [paragraph(words('The design warns of nothing.'))]);
  return section('risks', 'Risks', [
    table(
      'Warnings of the design',
      ['Where', 'What', 'What to do', 'Code'],
      findings.map(({ code: finding, path, message, remedy }) => {
        const source = { ruleId: 'plan', of: `${finding}, ${path}`, inputs: [] };
        const where = path === '' ? words('the plan') : [code(path)];
        return [where, [statement(message, source)], [statement(remedy, source)], [code(finding)]];
      }),
    ),
  ]);
}

/** What each failure stops, and for how long people can go on. */
export function failuresSection({ decisions }: Design): Section {
  const failures = decisions.filter(({ id }) => id.startsWith('failure.'));
  return section('failures', 'What a failure stops', [
    table(
      'Failures',
      ['What fails', 'Which', 'What stops, and when', 'Rule'],
      failures.map((decision) => [
        words(decision.id.slice('failure.'.length)),
        decision.subject === '' ? words('any') : [name(decision.subject)],
        [statement(decision.answer, sourceOf(decision))],
        [code(decision.rule.id)],
      ]),
    ),
  ]);
}

import { checkPlan, type Design, type Finding, makeDesign, parsePlan, planSchema } from '@carrel/planner';
import { fieldErrors } from '../../ui/field-errors.ts';

/** What the planner says of a plan. */
export interface Judgement {
  readonly findings: readonly Finding[];
  /** `undefined` while the plan has errors. */
  readonly design: Design | undefined;
}

/** Finds everything wrong with a plan at once, and makes its design where nothing keeps it from having one. */
export function judgePlan(draft: unknown): Judgement {
  const { plan, findings } = parsePlan(draft);
  if (!plan) return { findings: inWordsOfForms(findings, draft), design: undefined };
  const checked = checkPlan(plan);
  if (checked.some(({ severity }) => severity === 'error')) return { findings: checked, design: undefined };
  const design = makeDesign(plan);
  return { findings: [...checked, ...design.findings.filter((each) => !isAmong(checked, each))], design };
}

/** Faults of fields are said as every form of the console says them. */
function inWordsOfForms(findings: readonly Finding[], draft: unknown): Finding[] {
  const sentences = fieldErrors(planSchema, draft);
  return findings.map((finding) => {
    const sentence = sentences[finding.path.replaceAll(/\[(\d+)\]/gu, '.$1')];
    return sentence === undefined ? finding : { ...finding, message: sentence, remedy: '' };
  });
}

function isAmong(findings: readonly Finding[], { code, path, message }: Finding): boolean {
  return findings.some((each) => each.code === code && each.path === path && each.message === message);
}

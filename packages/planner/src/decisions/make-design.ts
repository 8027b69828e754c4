import { fail } from '@carrel/contract';
import { checkParts, type Finding, type Plan } from '../plan-file/index.ts';
import {
  assembleDistribution,
  assembleInstances,
  assembleLocations,
  assembleRepositories,
} from './assemble.ts';
import { unreachableLevels } from './check-plan.ts';
import { costOfDesign } from './cost-of-design.ts';
import type { Design } from './design.ts';
import { designFindings } from './design-findings.ts';
import { explainDesign } from './explain/index.ts';
import { surveyPlan } from './survey.ts';

export interface DesignOptions {
  /** Makes the closest design, with a finding, where no design can meet a service level. */
  readonly allowsUnreachable?: boolean;
}

/**
 * Makes every decision of the planning guide for a plan. The same plan gives the same design, in whatever order its
 * rows are.
 *
 * @throws {PLAN_INVALID} when `checkPlan` finds errors
 */
export function makeDesign(plan: Plan, options: DesignOptions = {}): Design {
  const warnings = checkParts(plan);
  refuseErrors(plan, warnings);
  const survey = surveyPlan(plan);
  const distribution = assembleDistribution(survey);
  const unreachable = unreachableLevels(survey, distribution);
  if (!options.allowsUnreachable) refuseErrors(plan, unreachable);
  const repositories = assembleRepositories(survey);
  const instances = assembleInstances(
    survey,
    repositories.map(({ name }) => name),
  );
  return {
    plan,
    profile: survey.profile,
    locations: assembleLocations(survey, instances, repositories),
    instances,
    repositories,
    distribution,
    decisions: explainDesign(survey, { instances, repositories, distribution }),
    findings: [...warnings, ...unreachable, ...designFindings(survey, instances, distribution)],
    cost: costOfDesign(plan, instances, repositories, distribution),
  };
}

function refuseErrors(plan: Plan, findings: readonly Finding[]): void {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  throw fail('PLAN_INVALID', {
    name: plan.name,
    count: errors.length,
    findings: errors.map(({ code, path, message, remedy }) => ({ code, path, message, remedy })),
  });
}

import type { Plan } from '../plan-file/index.ts';
import {
  assembleDistribution,
  assembleInstances,
  assembleLocations,
  assembleRepositories,
} from './assemble.ts';
import { costOfDesign } from './cost-of-design.ts';
import type { Design } from './design.ts';
import { surveyPlan } from './survey.ts';

/**
 * Makes every decision of the planning guide for a plan. The same plan gives the same design, in whatever order its
 * rows are.
 *
 * @throws {PLAN_INVALID} when `checkPlan` finds errors
 */
export function makeDesign(plan: Plan): Design {
  const survey = surveyPlan(plan);
  const repositories = assembleRepositories(survey);
  const instances = assembleInstances(
    survey,
    repositories.map(({ name }) => name),
  );
  const distribution = assembleDistribution(survey);
  return {
    plan,
    profile: survey.profile,
    locations: assembleLocations(survey, instances, repositories),
    instances,
    repositories,
    distribution,
    decisions: [],
    findings: [],
    cost: costOfDesign(plan, instances, repositories, distribution),
  };
}

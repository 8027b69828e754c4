import type { Decision } from '../decision.ts';
import type { DistributionChoice, InstanceDesign, RepositoryDesign } from '../design.ts';
import type { Survey } from '../survey.ts';
import { distributionDecisions } from './distribution-decisions.ts';
import { failureDecisions } from './failure-decisions.ts';
import { instanceDecisions } from './instance-decisions.ts';
import { repositoryDecisions } from './repository-decisions.ts';
import { scopeDecisions } from './scope-decisions.ts';
import { serverDecisions } from './server-decisions.ts';

export { people, show, showTime } from './decide.ts';
export { combinableImages } from './scope-decisions.ts';

export interface DesignParts {
  readonly instances: readonly InstanceDesign[];
  readonly repositories: readonly RepositoryDesign[];
  readonly distribution: readonly DistributionChoice[];
}

/** Every decision of a design in words and numbers, in the order of the guide. */
export function explainDesign(survey: Survey, parts: DesignParts): Decision[] {
  const { instances, repositories, distribution } = parts;
  return [
    ...scopeDecisions(survey),
    ...instanceDecisions(survey, instances),
    ...serverDecisions(survey, instances),
    ...distributionDecisions(survey, distribution),
    ...repositoryDecisions(survey, repositories),
    ...failureDecisions(survey, instances, repositories),
  ];
}

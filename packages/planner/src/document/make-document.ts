import type { Design } from '../decisions/index.ts';
import type { RolloutResult } from '../simulation/index.ts';
import type { PlanDocument } from './model/plan-document.ts';
import { name, words } from './model/prose.ts';
import { sourcesOf } from './model/sources.ts';
import { architectureSection } from './sections/architecture.ts';
import { assumptionsSection } from './sections/assumptions.ts';
import { costsSection } from './sections/costs.ts';
import { decisionsSection, flowSection } from './sections/decisions.ts';
import { jobAidsSection } from './sections/job-aids.ts';
import { questionsSection } from './sections/questions.ts';
import { failuresSection, risksSection } from './sections/risks.ts';
import { rolloutsSection } from './sections/rollouts.ts';
import { glossarySection, rulesSection } from './sections/rules.ts';
import { serviceLevelsSection } from './sections/service-levels.ts';
import { summarySection } from './sections/summary.ts';

/** What a document may hold beside the design. */
export interface DocumentParts {
  /** Rollouts of the same design. */
  readonly rollouts?: readonly RolloutResult[];
}

/** The design document of a plan. Every number in it says which rule gives it, and from what. */
export function makeDocument(design: Design, { rollouts = [] }: DocumentParts = {}): PlanDocument {
  const sources = sourcesOf(design);
  return {
    title: [name(design.plan.name)],
    subtitle: words('Deployment design, made by the planner of Carrel'),
    sections: [
      summarySection(design, sources),
      flowSection(design, sources),
      architectureSection(design, sources),
      serviceLevelsSection(design, sources),
      ...rolloutsSection(rollouts, sources),
      decisionsSection(design),
      assumptionsSection(design, sources),
      risksSection(design),
      failuresSection(design),
      costsSection(design, sources),
      questionsSection(design, sources),
      jobAidsSection(design),
      rulesSection(design),
      glossarySection(),
    ],
  };
}

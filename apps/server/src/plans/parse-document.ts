import { fail, type PlanDocument } from '@carrel/contract';
import { type Plan, parsePlan } from '@carrel/planner';

/** As many faults as an error tells. */
const toldFaults = 100;

/**
 * A plan with everything it left out filled in. Whether a good design comes of it is not asked: drafts may be kept.
 *
 * @throws {PLAN_INVALID} it has not the shape of a plan; says every field
 */
export function parseDocument(document: PlanDocument): Plan {
  const { plan, findings } = parsePlan(document);
  if (plan) return plan;
  throw fail('PLAN_INVALID', {
    name: document.name,
    count: findings.length,
    faults: findings
      .slice(0, toldFaults)
      .map(({ path, message, remedy }) => ({ field: path, message, remedy })),
  });
}

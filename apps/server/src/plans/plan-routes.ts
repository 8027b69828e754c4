import { routes } from '@carrel/contract';
import { formatPlanPath, type PlanChange } from '@carrel/planner';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { listPlans } from './list-plans.ts';
import { parseDocument } from './parse-document.ts';
import { planOf, requirePlanRow } from './plan-rows.ts';
import { deletePlan, insertPlan, updatePlan } from './save-plan.ts';

/** As many changed fields as an audit entry names. */
const auditedChanges = 50;

export function registerPlanRoutes(router: Router, services: Services): void {
  const { database, clock, randomBytes, notices } = services;
  router.handle(routes.listPlans, ({ query }) => listPlans(database.queries, query));
  router.handle(routes.getPlan, async ({ params }) =>
    planOf(await requirePlanRow(database.queries, params.planId)),
  );

  router.handle(routes.createPlan, async ({ body, caller, change }) => {
    const document = parseDocument(body.document);
    const authorship = { author: caller.user.userName, nowMs: clock.nowMs() };
    const plan = await change(
      (transaction) => insertPlan(transaction, document, authorship, randomBytes),
      (made) => ({ target: made.name, details: { id: made.id } }),
    );
    notices.publish({ topic: 'plan', id: plan.id });
    return plan;
  });

  router.handle(routes.changePlan, async ({ params, body, revision, caller, change }) => {
    const document = parseDocument(body.document);
    const authorship = { author: caller.user.userName, nowMs: clock.nowMs() };
    const { plan } = await change(
      (transaction) => updatePlan(transaction, params.planId, revision, document, authorship),
      (saved) => ({
        target: saved.plan.name,
        details: { id: saved.plan.id, revision: saved.plan.revision, changes: audited(saved.changes) },
      }),
    );
    notices.publish({ topic: 'plan', id: plan.id });
    return plan;
  });

  router.handle(routes.clonePlan, async ({ params, body, caller, change }) => {
    const authorship = { author: caller.user.userName, nowMs: clock.nowMs() };
    const { document } = planOf(await requirePlanRow(database.queries, params.planId));
    const copied = parseDocument({ ...document, name: body.name });
    const plan = await change(
      (transaction) => insertPlan(transaction, copied, authorship, randomBytes),
      (made) => ({ target: made.name, details: { id: made.id, copyOf: params.planId } }),
    );
    notices.publish({ topic: 'plan', id: plan.id });
    return plan;
  });

  router.handle(routes.deletePlan, async ({ params, change }) => {
    await change(
      (transaction) => deletePlan(transaction, params.planId),
      (name) => ({ target: name, details: { id: params.planId } }),
    );
    notices.publish({ topic: 'plan', id: params.planId });
    return undefined;
  });
}

function audited(changes: readonly PlanChange[]): string[] {
  return changes.slice(0, auditedChanges).map(({ path }) => formatPlanPath(path));
}

import { fail, routes } from '@carrel/contract';
import type { Router } from '../http/index.ts';
import { getImage, getVersion } from '../images/index.ts';
import { collectGarbage, planServerGarbage } from './collect-garbage.ts';
import { findTask, listTasks } from './task-rows.ts';
import type { TaskServices } from './task-services.ts';
import { verifyVersion } from './verify-version.ts';

/** Serves tasks and the operations that are tasks. */
export function registerTaskRoutes(router: Router, services: TaskServices): void {
  const { database, tasks } = services;
  router.handle(routes.listTasks, ({ query }) => listTasks(database.queries, query));
  router.handle(routes.getTask, async ({ params }) => {
    const task = await findTask(database.queries, params.taskId);
    if (!task) throw fail('NOT_FOUND', { kind: 'task', id: params.taskId });
    return task;
  });
  router.handle(routes.cancelTask, ({ params }) => tasks.cancel(params.taskId));
  router.handle(routes.verifyVersion, async ({ params, caller, change }) => {
    const { imageId, number } = params;
    const version = await getVersion(database.queries, imageId, number);
    const image = await getImage(database.queries, imageId);
    return tasks.start(
      {
        kind: 'verify-version',
        title: `Verify ${image.name} version ${number}`,
        createdBy: caller.user.userName,
        work: verifyVersion(services, version),
      },
      (insert) => change(insert, (task) => ({ details: { taskId: task.id } })),
    );
  });
  registerGarbageRoutes(router, services);
}

function registerGarbageRoutes(router: Router, services: TaskServices): void {
  const { tasks } = services;
  router.handle(routes.planGarbage, async ({ query }) => {
    const plan = await planServerGarbage(services, { graceMs: query.graceSeconds * 1000 });
    return {
      manifestCount: plan.manifests.length,
      blobCount: plan.blobs.length,
      sizeBytes: plan.sizeBytes,
    };
  });
  router.handle(routes.collectGarbage, ({ body, caller, change }) =>
    tasks.start(
      {
        kind: 'collect-garbage',
        title: 'Collect garbage of the repository',
        createdBy: caller.user.userName,
        work: collectGarbage(services, { graceMs: body.graceSeconds * 1000 }),
      },
      (insert) => change(insert, (task) => ({ details: { taskId: task.id, ...body } })),
    ),
  );
}

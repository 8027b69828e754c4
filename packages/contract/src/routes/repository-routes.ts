import { z } from 'zod';
import { taskSchema } from '../resources/task.ts';
import { allow, defineRoute } from './define-route.ts';

/** What was pushed or used less long ago stays, since its push may not be complete. 0 only while nobody pushes. */
const graceSeconds = z.coerce.number().int().min(0).max(31_536_000).default(86_400);

export const repositoryRoutes = {
  planGarbage: defineRoute({
    id: 'planGarbage',
    method: 'GET',
    path: '/api/v1/repository/garbage',
    tag: 'Repository',
    summary: 'What collecting garbage of the built-in repository would remove',
    access: allow('images.publish'),
    query: z.object({ graceSeconds }),
    status: 200,
    response: z.object({
      /** Manifests without a tag that are no version of an image. */
      manifestCount: z.int().min(0),
      blobCount: z.int().min(0),
      sizeBytes: z.int().min(0),
    }),
  }),
  collectGarbage: defineRoute({
    id: 'collectGarbage',
    method: 'POST',
    path: '/api/v1/repository/garbage/collect',
    tag: 'Repository',
    summary: 'Remove from the built-in repository what nothing needs; a task',
    access: allow('images.publish'),
    body: z.strictObject({ graceSeconds }),
    status: 202,
    response: taskSchema,
  }),
};

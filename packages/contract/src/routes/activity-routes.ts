import { z } from 'zod';
import { storedEventSchema } from '../events/event.ts';
import { auditEntrySchema, auditVerificationSchema } from '../resources/audit.ts';
import { digestSchema, idSchema, pageOf, pageQuerySchema, timeSchema } from '../resources/primitives.ts';
import { taskSchema } from '../resources/task.ts';
import { allow, allowWithinScope, defineRoute } from './define-route.ts';

const auditFilter = {
  actor: z.string().max(200).optional().describe('Exactly this actor'),
  action: z.string().max(100).optional().describe('Exactly this action'),
  target: z.string().max(500).optional().describe('Part of the target'),
  outcome: z.enum(['done', 'denied', 'failed']).optional(),
  since: timeSchema.optional(),
  until: timeSchema.optional(),
};

const taskParams = z.object({ taskId: idSchema('task') });

export const activityRoutes = {
  listEvents: defineRoute({
    id: 'listEvents',
    method: 'GET',
    path: '/api/v1/events',
    tag: 'Events',
    summary: 'Events, newest first',
    access: allowWithinScope('reports.run'),
    query: pageQuerySchema.extend({
      deviceId: idSchema('device').optional(),
      workspaceId: idSchema('workspace').optional(),
      severity: z.enum(['information', 'warning', 'error']).optional(),
      code: z.string().max(40).optional(),
      user: z.string().max(104).optional().describe('Part of the user name'),
      hostName: z.string().max(255).optional().describe('Part of the host name'),
      since: timeSchema.optional(),
    }),
    status: 200,
    response: pageOf(storedEventSchema),
  }),
  listTasks: defineRoute({
    id: 'listTasks',
    method: 'GET',
    path: '/api/v1/tasks',
    tag: 'Tasks',
    summary: 'Long-running operations, newest first',
    access: allow('tasks.view'),
    query: pageQuerySchema,
    status: 200,
    response: pageOf(taskSchema),
  }),
  getTask: defineRoute({
    id: 'getTask',
    method: 'GET',
    path: '/api/v1/tasks/{taskId}',
    tag: 'Tasks',
    summary: 'One long-running operation',
    access: allow('tasks.view'),
    params: taskParams,
    status: 200,
    response: taskSchema,
  }),
  cancelTask: defineRoute({
    id: 'cancelTask',
    method: 'POST',
    path: '/api/v1/tasks/{taskId}/cancel',
    tag: 'Tasks',
    summary: 'Ask an operation to stop; it takes back what it has begun',
    access: allow('images.publish'),
    params: taskParams,
    status: 202,
    response: taskSchema,
  }),
  verifyVersion: defineRoute({
    id: 'verifyVersion',
    method: 'POST',
    path: '/api/v1/images/{imageId}/versions/{number}/verify',
    tag: 'Tasks',
    summary: 'Read every byte of a version in its repository and compare it with its manifest',
    access: allow('images.publish'),
    params: z.object({ imageId: idSchema('image'), number: z.coerce.number().int().min(1) }),
    status: 202,
    response: taskSchema,
  }),
  listAudit: defineRoute({
    id: 'listAudit',
    method: 'GET',
    path: '/api/v1/audit',
    tag: 'Audit',
    summary: 'Who changed what and who was refused, newest first',
    access: allow('audit.view'),
    query: pageQuerySchema.extend(auditFilter),
    status: 200,
    response: pageOf(auditEntrySchema),
  }),
  exportAudit: defineRoute({
    id: 'exportAudit',
    method: 'GET',
    path: '/api/v1/audit/export',
    tag: 'Audit',
    summary: 'The audit log as a file, oldest first, one entry a line',
    access: allow('audit.view'),
    query: z.object({ ...auditFilter, format: z.enum(['ndjson', 'csv']).default('ndjson') }),
    status: 200,
    streams: ['application/x-ndjson', 'text/csv'],
  }),
  verifyAudit: defineRoute({
    id: 'verifyAudit',
    method: 'GET',
    path: '/api/v1/audit/verify',
    tag: 'Audit',
    summary: 'Check that nothing in the audit log was altered, moved or removed',
    access: allow('audit.view'),
    query: z.object({
      sequence: z.coerce.number().int().min(1).optional().describe('Of an entry seen earlier …'),
      hash: digestSchema.optional().describe('… and its hash: says whether it is still in the log'),
    }),
    status: 200,
    response: auditVerificationSchema,
  }),
};

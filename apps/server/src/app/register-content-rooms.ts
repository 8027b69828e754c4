import { join } from 'node:path';
import type { FastifyRequest } from 'fastify';
import { consolePlugin } from '../console/index.ts';
import type { UserCaller } from '../http/index.ts';
import { registerImageRoutes } from '../images/index.ts';
import { livePlugin } from '../live/index.ts';
import { openStorage, repositoryPlugin } from '../repository/index.ts';
import { findUserCaller } from '../session/index.ts';
import { collectGarbage, registerTaskRoutes, TaskRunner } from '../tasks/index.ts';
import type { RoomContext } from './rooms.ts';

const dayMs = 86_400_000;
const consoleFolder = join(import.meta.dirname, '../../../console/dist');

/** The rooms with content of their own: repository, images, tasks, live messages, console. Closed with the app. */
export async function registerContentRooms(context: RoomContext): Promise<void> {
  const { app, router, services, people, verifyRepositoryCredentials } = context;
  const { clock, instance, notices } = services;
  const repository = await openStorage({ folder: instance.paths.repository, clock });
  const tasks = new TaskRunner(services);
  app.addHook('onClose', async () => {
    await tasks[Symbol.asyncDispose]();
    await repository[Symbol.asyncDispose]();
  });
  const imageServices = { ...services, repository };
  registerImageRoutes(router, imageServices);
  registerTaskRoutes(router, { ...imageServices, tasks });
  await app.register(repositoryPlugin, {
    storage: repository,
    clock,
    verifyCredentials: verifyRepositoryCredentials,
  });
  const findUser = (request: FastifyRequest): Promise<UserCaller> => findUserCaller(people, request);
  await app.register(livePlugin, { notices, clock, queries: services.database.queries, findUser });
  await app.register(consolePlugin, { folder: consoleFolder });
  await tasks.recover({ 'collect-garbage': collectGarbage(imageServices, { graceMs: dayMs }) });
}

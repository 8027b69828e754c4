import { isDeepStrictEqual } from 'node:util';
import {
  type ApiClient,
  type Assignment,
  fail,
  type Principal,
  routes,
  type Workspace,
  type WorkspaceFile,
  type WorkspaceInput,
} from '@carrel/contract';
import { isAppError } from '@carrel/kit';
import { allItems, createFinder, type Finder, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { readWorkspaceFile } from './read-workspace-file.ts';

type WantedAssignment = Pick<Assignment, 'principal' | 'effect' | 'settings'> & { readonly label: string };

/** What applying a file would do; printed by `--dry-run`, carried out otherwise. */
interface ApplyPlan {
  readonly workspace: Workspace | undefined;
  readonly input: WorkspaceInput;
  readonly isChanged: boolean;
  readonly put: readonly WantedAssignment[];
  readonly remove: readonly Assignment[];
}

/** `carrel workspace apply`: makes what the server has equal to the file. */
export async function applyWorkspaceFile(
  context: CliContext,
  options: { readonly file: string; readonly dryRun?: true; readonly json?: true },
): Promise<void> {
  const file = await readWorkspaceFile(options.file);
  await using server = await openServer(context);
  const plan = await planApply(server.api, file, context.signal);
  const applied = options.dryRun ? plan.workspace : await executeApply(server.api, plan, context.signal);
  const lines = describe(plan, file.name);
  if (options.json) {
    const result = {
      id: applied?.id ?? null,
      name: file.name,
      dryRun: options.dryRun === true,
      changes: lines,
    };
    context.terminal.out(JSON.stringify(result));
    return;
  }
  for (const line of lines) context.terminal.out(options.dryRun ? `would: ${line}` : line);
  if (lines.length === 0) context.terminal.note(`${file.name} is as the file says already.`);
}

async function planApply(api: ApiClient, file: WorkspaceFile, signal: AbortSignal): Promise<ApplyPlan> {
  const find = createFinder(api, signal);
  const image = await find.image(file.image);
  const { name, description, channel, policy } = file;
  const input: WorkspaceInput = { name, description, imageId: image.id, channel, policy };
  const workspace = await orUndefined(find.workspace(name));
  const isChanged = !workspace || !isDeepStrictEqual(inputOf(workspace), input);
  const wanted = file.assignments && (await resolvePrincipals(file.assignments, find));
  const present = workspace ? await readAssignments(api, workspace, signal) : [];
  const same = (a: { principal: Principal }, b: { principal: Principal }): boolean =>
    a.principal.kind === b.principal.kind && a.principal.id === b.principal.id;
  const isPresent = (item: WantedAssignment): boolean =>
    present.some(
      (other) =>
        same(item, other) && other.effect === item.effect && isDeepStrictEqual(other.settings, item.settings),
    );
  return {
    workspace,
    input,
    isChanged,
    put: (wanted ?? []).filter((item) => !isPresent(item)),
    remove: wanted ? present.filter((item) => !wanted.some((other) => same(item, other))) : [],
  };
}

async function executeApply(api: ApiClient, plan: ApplyPlan, signal: AbortSignal): Promise<Workspace> {
  const workspace = await saveWorkspace(api, plan, signal);
  const params = { workspaceId: workspace.id };
  for (const { principal, effect, settings } of plan.put) {
    await api.call(routes.putAssignment, { params, body: { principal, effect, settings }, signal });
  }
  for (const { id } of plan.remove) {
    await api.call(routes.deleteAssignment, { params: { ...params, assignmentId: id }, signal });
  }
  return workspace;
}

function saveWorkspace(api: ApiClient, plan: ApplyPlan, signal: AbortSignal): Promise<Workspace> {
  const { workspace, input: body } = plan;
  if (!workspace) return api.call(routes.createWorkspace, { body, signal });
  if (!plan.isChanged) return Promise.resolve(workspace);
  const params = { workspaceId: workspace.id };
  return api.call(routes.changeWorkspace, { params, body, revision: workspace.revision, signal });
}

async function readAssignments(
  api: ApiClient,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<Assignment[]> {
  const params = { workspaceId: workspace.id };
  return Array.fromAsync(allItems((query) => api.call(routes.listAssignments, { params, query, signal })));
}

async function resolvePrincipals(
  assignments: NonNullable<WorkspaceFile['assignments']>,
  find: Finder,
): Promise<WantedAssignment[]> {
  const resolved: WantedAssignment[] = [];
  for (const { user, group, effect, settings } of assignments) {
    if (user !== undefined) {
      const { id } = await find.user(user);
      resolved.push({ principal: { kind: 'user', id }, effect, settings, label: user });
    } else if (group !== undefined) {
      const { id } = await find.group(group);
      resolved.push({ principal: { kind: 'group', id }, effect, settings, label: group });
    } else {
      throw fail('NOT_FOUND', { kind: 'principal', id: 'without a name' });
    }
  }
  return resolved;
}

function describe(plan: ApplyPlan, name: string): string[] {
  const lines: string[] = [];
  if (!plan.workspace) lines.push(`create the workspace ${name}`);
  else if (plan.isChanged) lines.push(`change the workspace ${name} (revision ${plan.workspace.revision})`);
  for (const item of plan.put) lines.push(`${item.effect} ${item.principal.kind} ${item.label}`);
  for (const item of plan.remove) lines.push(`take back from ${item.principal.kind} ${item.principalName}`);
  return lines;
}

function inputOf(workspace: Workspace): WorkspaceInput {
  const { name, description, imageId, channel, policy } = workspace;
  return { name, description, imageId, channel, policy };
}

async function orUndefined<T>(finding: Promise<T>): Promise<T | undefined> {
  try {
    return await finding;
  } catch (error) {
    if (isAppError(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

import { fail, type Principal, type WorkspaceFile } from '@carrel/contract';
import type { GroupId, ImageId, UserId } from '@carrel/kit';
import type { ComparedAssignment } from '@carrel/policy';
import { inBatches } from '../../database/batches.ts';
import type { Queries } from '../../database/index.ts';
import { workspaceNameKey as nameKey } from '../workspace-rows.ts';

/** A workspace of a document with ids instead of names. */
export interface ResolvedFile {
  readonly file: WorkspaceFile;
  readonly imageId: ImageId;
  /** The image's name as it is stored. */
  readonly image: string;
  /** `undefined`: the document says nothing of who has it. */
  readonly assignments: readonly ComparedAssignment[] | undefined;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/**
 * Finds what a document names.
 *
 * @throws {NAMES_UNKNOWN} says every name of which there is nothing here
 * @throws {REQUEST_INVALID} a workspace, or somebody within one, is named twice
 */
export async function resolveNames(
  queries: Queries,
  files: readonly WorkspaceFile[],
): Promise<ResolvedFile[]> {
  requireNamedOnce(files);
  const assignments = files.flatMap((file) => file.assignments ?? []);
  const images = new Names(await findImages(queries, files), (name) => name);
  const users = new Names(
    await findUsers(
      queries,
      assignments.flatMap(({ user }) => user ?? []),
    ),
    nameKey,
  );
  const groups = new Names(
    await findGroups(
      queries,
      assignments.flatMap(({ group }) => group ?? []),
    ),
    nameKey,
  );
  const resolved = files.map((file): ResolvedFile => {
    const image = images.find(file.image);
    return {
      file,
      imageId: (image?.id ?? '') as ImageId,
      image: image?.name ?? '',
      assignments: file.assignments?.flatMap(({ user, group, effect, settings }) => {
        const found = user === undefined ? groups.find(group ?? '') : users.find(user);
        if (!found) return [];
        const principal: Principal =
          user === undefined
            ? { kind: 'group', id: found.id as GroupId }
            : { kind: 'user', id: found.id as UserId };
        return [{ principal, principalName: found.name, effect, settings }];
      }),
    };
  });
  refuseUnknown({ images: images.missing, users: users.missing, groups: groups.missing });
  return resolved;
}

/** What was found by name, and what was asked for in vain. */
class Names {
  readonly missing = new Set<string>();
  readonly #byKey: ReadonlyMap<string, Named>;
  readonly #keyOf: (name: string) => string;

  constructor(found: readonly Named[], keyOf: (name: string) => string) {
    this.#keyOf = keyOf;
    this.#byKey = new Map(found.map((one) => [keyOf(one.name), one]));
  }

  find(name: string): Named | undefined {
    const found = this.#byKey.get(this.#keyOf(name));
    if (!found) this.missing.add(name);
    return found;
  }
}

function refuseUnknown(missing: Readonly<Record<'images' | 'users' | 'groups', ReadonlySet<string>>>): void {
  const lists = { images: [...missing.images], users: [...missing.users], groups: [...missing.groups] };
  const kinds = Object.entries(lists).filter(([, names]) => names.length > 0);
  if (kinds.length === 0) return;
  const names = kinds.map(([kind, list]) => `${kind} ${list.join(', ')}`).join('; ');
  throw fail('NAMES_UNKNOWN', { names, ...lists });
}

function requireNamedOnce(files: readonly WorkspaceFile[]): void {
  requireOnce(
    files.map((file) => nameKey(file.name)),
    (at) => `workspaces.${at}.name: ${files[at]?.name ?? ''} is named twice`,
  );
  for (const [at, { name, assignments = [] }] of files.entries()) {
    requireOnce(
      assignments.map(
        ({ user, group }) => `${user === undefined ? 'group' : 'user'} ${nameKey(user ?? group ?? '')}`,
      ),
      (which) =>
        `workspaces.${at}.assignments.${which}: ${name} is assigned to ${
          assignments[which]?.user ?? assignments[which]?.group ?? ''
        } twice`,
    );
  }
}

function requireOnce(keys: readonly string[], reasonOf: (at: number) => string): void {
  const seen = new Set<string>();
  for (const [at, key] of keys.entries()) {
    if (seen.has(key)) throw fail('REQUEST_INVALID', { reason: reasonOf(at) });
    seen.add(key);
  }
}

function findImages(queries: Queries, files: readonly WorkspaceFile[]): Promise<Named[]> {
  return inBatches([...new Set(files.map((file) => file.image))], (names) =>
    queries.selectFrom('images').select(['id', 'name']).where('name', 'in', names).execute(),
  );
}

function findUsers(queries: Queries, names: readonly string[]): Promise<Named[]> {
  return inBatches([...new Set(names.map(nameKey))], (keys) =>
    queries.selectFrom('users').select(['id', 'userName as name']).where('userNameKey', 'in', keys).execute(),
  );
}

function findGroups(queries: Queries, names: readonly string[]): Promise<Named[]> {
  return inBatches([...new Set(names.map(nameKey))], (keys) =>
    queries.selectFrom('groups').select(['id', 'name']).where('nameKey', 'in', keys).execute(),
  );
}

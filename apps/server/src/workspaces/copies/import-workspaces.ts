import { fail, type ImportBasis, type ImportResult, type WorkspaceBundle } from '@carrel/contract';
import { effectOfChanges, secretsOfSetup, type WorkspaceChange } from '@carrel/policy';
import type { Transaction } from '../../database/index.ts';
import { listSecrets } from '../../secrets/index.ts';
import type { Editorship } from '../authorship.ts';
import { loadPeople } from '../effect/load-people.ts';
import { assignedGroups } from '../effect/load-situation.ts';
import { startableIn } from './has-image.ts';
import { type ImportedWorkspace, type ImportRules, importWorkspace } from './import-workspace.ts';
import { resolveNames } from './resolve-names.ts';

/** A document to import, and what it is based on. */
export interface ImportDocument extends WorkspaceBundle {
  readonly basedOn?: readonly ImportBasis[] | undefined;
}

/**
 * Makes workspaces equal to a document, and works out what that changes for whom. A dry run is this in a transaction
 * that is not kept.
 *
 * @throws {NAMES_UNKNOWN} says every name of which there is nothing here
 * @throws {REQUEST_INVALID} something is named twice
 * @throws {WORKSPACE_CHANGED} | {ASSIGNMENTS_CHANGED} it is not what the import is based on
 * @throws {PERMISSION_DENIED} | {SCOPE_DENIED} for a workspace of the document, or for who has it
 */
export async function importWorkspaces(
  transaction: Transaction,
  document: ImportDocument,
  authorship: Editorship,
  rules: ImportRules,
): Promise<Omit<ImportResult, 'isDryRun'>> {
  const files = await resolveNames(transaction, document.workspaces);
  requireKnownBasis(document);
  const imported: ImportedWorkspace[] = [];
  for (const file of files) {
    const basis = document.basedOn?.find(({ name }) => name === file.file.name);
    imported.push(await importWorkspace(transaction, file, basis, authorship, rules));
  }
  const changes = imported.map(({ change }) => change);
  const situations = changes.flatMap(({ before, after }) => [before, after]);
  const people = await loadPeople(transaction, assignedGroups(situations));
  const startable = await startableIn(
    transaction,
    files.map(({ imageId }) => imageId),
  );
  const secrets = new Set((await listSecrets(transaction)).map(({ name }) => name));
  return {
    workspaces: imported.map(({ result }, at) => {
      const file = files[at];
      const needed = file ? secretsOfSetup(file.file.policy.vmSetup) : [];
      return {
        ...result,
        hasImage: startable.has(`${file?.imageId} ${file?.file.channel}`),
        missingSecrets: needed.filter((name) => !secrets.has(name)),
      };
    }),
    effect: effectOfChanges(people, changes.filter(isDifferent), authorship.nowMs),
  };
}

/** A basis for a workspace that the document does not have would look like a check and be none. */
function requireKnownBasis({ workspaces, basedOn = [] }: ImportDocument): void {
  const names = new Set(workspaces.map(({ name }) => name));
  const stray = basedOn.find(({ name }) => !names.has(name));
  if (stray)
    throw fail('REQUEST_INVALID', { reason: `basedOn: the document has no workspace ${stray.name}` });
}

function isDifferent({ before, after }: WorkspaceChange): boolean {
  return before !== after;
}

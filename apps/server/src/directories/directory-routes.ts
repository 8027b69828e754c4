import { fail, routes } from '@carrel/contract';
import { type LdapSettings, testLdapDirectory } from '@carrel/directory';
import type { Router } from '../http/index.ts';
import type { Services } from '../services.ts';
import { loadDirectory, requireDirectoryRow, settingsOf } from './directory-rows.ts';
import type { OpenDirectories, OpenDirectory } from './open-directories.ts';
import { importPrincipal, searchPrincipals } from './principals.ts';
import { type DirectoryAuthor, deleteDirectory, insertDirectory, updateDirectory } from './save-directory.ts';

export function registerDirectoryRoutes(
  router: Router,
  services: Services,
  directories: OpenDirectories,
): void {
  registerReading(router, services);
  registerChanging(router, services);
  registerTests(router, services);
  registerPrincipals(router, services, directories);
}

function registerReading(router: Router, { database: { queries } }: Services): void {
  router.handle(routes.listDirectories, async () => {
    const rows = await queries.selectFrom('directories').selectAll().orderBy('nameKey').execute();
    const items = [];
    for (const row of rows) items.push(await loadDirectory(queries, row));
    return { items };
  });

  router.handle(routes.getDirectory, async ({ params }) =>
    loadDirectory(queries, await requireDirectoryRow(queries, params.directoryId)),
  );
}

function registerChanging(router: Router, services: Services): void {
  const { database, clock, randomBytes, instance } = services;
  const authorOf = (userName: string): DirectoryAuthor => ({
    userName,
    nowMs: clock.nowMs(),
    randomBytes,
    masterKey: instance.masterKey,
  });

  router.handle(routes.createDirectory, async ({ body, caller, change }) => {
    const { bindPassword, ...content } = body;
    const author = authorOf(caller.user.userName);
    const row = await change(
      (transaction) => insertDirectory(transaction, content, bindPassword, author),
      (made) => ({ target: made.name, details: { id: made.id, ...content } }),
    );
    return loadDirectory(database.queries, row);
  });

  router.handle(routes.changeDirectory, async ({ params, body, revision, caller, change }) => {
    const { bindPassword, ...content } = body;
    const author = authorOf(caller.user.userName);
    const wanted = { directoryId: params.directoryId, revision, content, bindPassword };
    const row = await change(
      (transaction) => updateDirectory(transaction, wanted, author),
      (changed) => ({
        target: changed.name,
        details: { id: changed.id, ...content, isPasswordChanged: bindPassword !== undefined },
      }),
    );
    return loadDirectory(database.queries, row);
  });

  router.handle(routes.deleteDirectory, async ({ params, change }) => {
    await change(
      (transaction) => deleteDirectory(transaction, params.directoryId),
      (name) => ({ target: name, details: { id: params.directoryId } }),
    );
    return undefined;
  });
}

function registerTests(router: Router, { database, clock, instance }: Services): void {
  const test = async (
    settings: LdapSettings,
    person: { readonly userName?: string | undefined; readonly password?: string | undefined },
  ) => {
    const steps = await testLdapDirectory({ settings, clock, random: Math.random, ...person });
    return { isWorking: steps.every((step) => step.outcome !== 'failed'), steps };
  };

  router.handle(routes.testDirectory, async ({ params, body }) => {
    const row = await requireDirectoryRow(database.queries, params.directoryId);
    return test(settingsOf(row, instance.masterKey), body);
  });

  router.handle(routes.testNewDirectory, ({ body: { directory, ...person } }) => test(directory, person));
}

function registerPrincipals(router: Router, services: Services, directories: OpenDirectories): void {
  const { queries } = services.database;
  /** @throws {NOT_FOUND} @throws {STATE_CONFLICT} it is switched off */
  const requireOpen = async (directoryId: string): Promise<OpenDirectory> => {
    await requireDirectoryRow(queries, directoryId);
    const directory = await directories.find(directoryId);
    if (directory) return directory;
    throw fail('STATE_CONFLICT', { kind: 'directory', reason: 'it is switched off' });
  };

  router.handle(routes.searchDirectory, async ({ params, query }) =>
    searchPrincipals(queries, await requireOpen(params.directoryId), query),
  );

  router.handle(routes.listDirectorySites, async ({ params }) => {
    const directory = await requireOpen(params.directoryId);
    return { items: await directory.ask((ldap) => ldap.readSites()) };
  });

  router.handle(routes.importPrincipal, async ({ params, body, change }) => {
    const principal = await importPrincipal(
      services,
      directories,
      await requireOpen(params.directoryId),
      body,
    );
    // Asking the directory takes too long for a transaction; the entry follows what it brought.
    await change(
      () => Promise.resolve(),
      () => ({
        target: principal.name,
        details: { kind: principal.kind, id: principal.principalId, directoryId: params.directoryId },
      }),
    );
    return principal;
  });
}

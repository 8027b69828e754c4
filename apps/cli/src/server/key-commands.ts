import { type InstanceKeys, routes } from '@carrel/contract';
import type { Command } from 'commander';
import { openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';

interface JsonOption {
  readonly json?: true;
}

/** `carrel server keys`, `rotate-lease-key`, `rotate-repository-key`: on the server one is signed in to. */
export function registerKeyCommands(server: Command, context: CliContext): void {
  server
    .command('keys')
    .description('Show which keys and certificates the instance works with, and since when')
    .option('--json', 'print them as one JSON line')
    .action(async (options: JsonOption) => {
      await using open = await openServer(context);
      show(context, await open.api.call(routes.getInstanceKeys, { signal: context.signal }), options);
    });
  server
    .command('rotate-lease-key')
    .description('Sign leases with a new key from now on')
    .option(
      '--refuse-earlier',
      'leases of the earlier keys count no more once an agent has made contact: for when one became known',
    )
    .option('--json', 'print the keys as one JSON line')
    .addHelpText(
      'after',
      '\nExample:\n  carrel server rotate-lease-key\n\nAgents learn of the new key at their next contact.',
    )
    .action(async (options: JsonOption & { refuseEarlier?: true }) => {
      await using open = await openServer(context);
      const body = { isEarlierRefused: options.refuseEarlier === true };
      show(context, await open.api.call(routes.rotateLeaseKey, { body, signal: context.signal }), options);
    });
  server
    .command('rotate-repository-key')
    .description('Pack with a new key from now on; what is packed already stays readable')
    .option('--json', 'print the keys as one JSON line')
    .addHelpText(
      'after',
      '\nExample:\n  carrel server rotate-repository-key\n\nThe next pack of an image stores all of it, since nothing packed with another key can be reused.',
    )
    .action(async (options: JsonOption) => {
      await using open = await openServer(context);
      const body = {};
      show(
        context,
        await open.api.call(routes.rotateRepositoryKey, { body, signal: context.signal }),
        options,
      );
    });
}

function show({ terminal }: CliContext, keys: InstanceKeys, options: JsonOption): void {
  if (options.json) {
    terminal.out(JSON.stringify(keys));
    return;
  }
  const { masterKey, certificates } = keys;
  const rotated = masterKey.rotatedAt === null ? 'never replaced' : `replaced ${masterKey.rotatedAt}`;
  terminal.out(`master key      in the ${masterKey.source}, ${rotated}`);
  for (const { kid, createdAt, isSigning } of keys.leaseKeys) {
    terminal.out(`lease key       ${kid} since ${createdAt}, ${isSigning ? 'signs' : 'verifies only'}`);
  }
  for (const { keyId, createdAt, isReplaced, versionCount } of keys.repositoryKeys) {
    const use = isReplaced ? 'not for new packs' : 'packs';
    terminal.out(`repository key  ${keyId} since ${createdAt}, ${use}, ${versionCount} versions`);
  }
  terminal.out(`certificate     until ${certificates.serverEndsAt}`);
  terminal.out(`authority       until ${certificates.authorityEndsAt}`);
}

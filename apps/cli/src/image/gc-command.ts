import { fail, routes } from '@carrel/contract';
import {
  collectLayoutGarbage,
  type LayoutGarbagePlan,
  parseReference,
  planLayoutGarbage,
} from '@carrel/imaging';
import { formatBytes, parseDurationMs } from '@carrel/kit';
import { type Command, InvalidArgumentError } from 'commander';
import { openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { watchTask } from '../task/index.ts';

interface GarbageCommandOptions {
  readonly dryRun?: true;
  readonly keep?: number;
  /** Milliseconds. */
  readonly grace: number;
  readonly json?: true;
}

/** `carrel image gc`. */
export function registerGarbageCommand(image: Command, context: CliContext): void {
  image
    .command('gc')
    .description('Remove from a repository what no version needs any more')
    .argument('<repository>', 'oci:PATH for a local layout, server: for the repository of the server')
    .option('--dry-run', 'only say what would be removed')
    .option('--keep <n>', 'first drop all but the last n versions of each name (local layouts)', parseKeep)
    .option('--grace <duration>', 'leave alone what is newer, such as 24h', parseGrace, 24 * 60 * 60_000)
    .option('--json', 'print the receipt as one JSON line')
    .addHelpText(
      'after',
      `
Examples:
  carrel image gc oci:images --dry-run
  carrel image gc oci:images --keep 3
  carrel image gc server:

What a version on its way has stored already is not garbage: hence the grace period. On the server, retire versions to
let them go; they go with their tags.`,
    )
    .action((text: string, options: GarbageCommandOptions) =>
      text === 'server:' ? collectOnServer(context, options) : collectInLayout(context, text, options),
    );
}

async function collectInLayout(
  context: CliContext,
  text: string,
  options: GarbageCommandOptions,
): Promise<void> {
  const { terminal, signal } = context;
  const reference = parseReference(text);
  if (reference.kind !== 'layout') {
    const reason =
      'Garbage is collected in local layouts and on the server; other registries do it themselves.';
    throw fail('USAGE', { reason, command: 'carrel image gc' });
  }
  const choice = { folder: reference.path, keep: options.keep, graceMs: options.grace, signal };
  const plan = await planLayoutGarbage(choice);
  if (options.dryRun) {
    if (options.json) terminal.out(JSON.stringify(plan));
    else for (const line of describePlan(plan)) terminal.out(line);
    return;
  }
  const receipt = await collectLayoutGarbage(plan, choice);
  if (options.json) terminal.out(JSON.stringify(receipt));
  else {
    const { versions, blobs, sizeBytes } = receipt;
    terminal.note(`Removed ${versions} versions and ${blobs} blobs: ${formatBytes(sizeBytes)}.`);
  }
}

function describePlan({ versions, blobs, sizeBytes, tooNewBytes }: LayoutGarbagePlan): string[] {
  return [
    ...versions.map(({ name, digest }) => `version ${name} ${digest}`),
    ...blobs.map((blob) => `${blob.digest} ${formatBytes(blob.sizeBytes)}`),
    `${formatBytes(sizeBytes)} would be removed; ${formatBytes(tooNewBytes)} that nothing needs are too new.`,
  ];
}

async function collectOnServer(context: CliContext, options: GarbageCommandOptions): Promise<void> {
  const { terminal, signal } = context;
  if (options.keep !== undefined) {
    const reason = 'Versions of the server are retired one by one: carrel image retire.';
    throw fail('USAGE', { reason, command: 'carrel image gc' });
  }
  const graceSeconds = Math.round(options.grace / 1000);
  await using server = await openServer(context);
  if (options.dryRun) {
    const plan = await server.api.call(routes.planGarbage, { query: { graceSeconds }, signal });
    const { manifestCount, blobCount, sizeBytes } = plan;
    if (options.json) terminal.out(JSON.stringify(plan));
    else
      terminal.out(
        `${manifestCount} manifests and ${blobCount} blobs, ${formatBytes(sizeBytes)}, would be removed.`,
      );
    return;
  }
  const task = await server.api.call(routes.collectGarbage, { body: { graceSeconds }, signal });
  await watchTask(context, task.id, options.json === true);
}

function parseKeep(text: string): number {
  const keep = Number(text);
  if (!Number.isInteger(keep) || keep < 1) throw new InvalidArgumentError('Expected a whole number from 1.');
  return keep;
}

function parseGrace(text: string): number {
  const graceMs = parseDurationMs(text);
  if (graceMs === undefined) throw new InvalidArgumentError('Expected something like 24h or 30m.');
  return graceMs;
}

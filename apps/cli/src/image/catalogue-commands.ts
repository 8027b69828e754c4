import { type Image, routes } from '@carrel/contract';
import { formatBytes } from '@carrel/kit';
import type { Command } from 'commander';
import { allItems, createFinder, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';
import { moveChannel } from './move-channel.ts';
import { type PublishOptions, publishImage } from './publish.ts';
import { parseVersionNumber } from './repository-access.ts';

/** `carrel image list|versions|publish|promote|retire`: what the server knows of images. */
export function registerCatalogueCommands(image: Command, context: CliContext): void {
  image
    .command('list')
    .description('List the images of the server with their channels')
    .option('--json', 'print one JSON line an image')
    .action(async (options: { json?: true }) => {
      await using server = await openServer(context);
      const { api } = server;
      const items = allItems((page) => api.call(routes.listImages, { query: page, signal: context.signal }));
      await printList(context.terminal, items, {
        isJson: options.json === true,
        whenEmpty: 'There are no images. Pack one and publish it: carrel image pack --help',
        columns: [
          { heading: 'IMAGE', value: (item) => item.name },
          { heading: 'NEWEST', value: (item) => item.latestVersion },
          { heading: 'CHANNELS', value: channelsOf },
        ],
      });
    });
  image
    .command('versions')
    .description('List the versions of an image, newest first')
    .argument('<name>')
    .option('--json', 'print one JSON line a version')
    .action((name: string, options: { json?: true }) => listVersions(context, name, options.json === true));
  image
    .command('publish')
    .description('Register a packed image as the next version and point a channel at it')
    .argument('<reference>', 'where it was packed to')
    .requiredOption('--as <name>', 'the image it is a version of; made when there is none')
    .option(
      '--channel <name>',
      'the channel to point at it; --no-channel leaves channels alone',
      'production',
    )
    .option('--no-channel')
    .option('--notes <text>', 'what changed in this version', '')
    .option('--key-file <file>', 'the key it was packed with, when it is not in the key ring')
    .option('--json', 'print the version as one JSON line')
    .addHelpText(
      'after',
      '\nExample:\n  carrel image pack desktop.raw --to https://carrel.example:7443/desktop:2\n  carrel image publish https://carrel.example:7443/desktop:2 --as desktop --channel pilot',
    )
    .action((reference: string, options: PublishOptions) => publishImage(context, reference, options));
  image
    .command('promote')
    .description('Point a channel at a version; naming an older one rolls back')
    .argument('<name>', 'the image')
    .argument('<version>', 'its number')
    .option('--channel <name>', 'the channel to move', 'production')
    .action(async (name: string, version: string, options: { channel: string }) => {
      await using server = await openServer(context);
      const found = await createFinder(server.api, context.signal).image(name);
      await moveChannel(server.api, found, options.channel, parseVersionNumber(version), context.signal);
      context.terminal.note(`${name}: ${options.channel} points at version ${parseVersionNumber(version)}.`);
    });
  image
    .command('retire')
    .description('Withdraw a version that no channel points at')
    .argument('<name>', 'the image')
    .argument('<version>', 'its number')
    .action(async (name: string, version: string) => {
      await using server = await openServer(context);
      const { id } = await createFinder(server.api, context.signal).image(name);
      const params = { imageId: id, number: parseVersionNumber(version) };
      await server.api.call(routes.retireVersion, { params, signal: context.signal });
      context.terminal.note(`${name} version ${params.number} is retired.`);
    });
}

async function listVersions(context: CliContext, name: string, isJson: boolean): Promise<void> {
  await using server = await openServer(context);
  const { id } = await createFinder(server.api, context.signal).image(name);
  const items = allItems((query) =>
    server.api.call(routes.listVersions, { params: { imageId: id }, query, signal: context.signal }),
  );
  await printList(context.terminal, items, {
    isJson,
    whenEmpty: `${name} has no version yet. Publish one: carrel image publish --help`,
    columns: [
      { heading: 'VERSION', value: (item) => item.number },
      { heading: 'STATE', value: (item) => item.state },
      { heading: 'SIZE', value: (item) => formatBytes(item.virtualSizeBytes) },
      { heading: 'STORED', value: (item) => formatBytes(item.storedBytes) },
      { heading: 'MADE', value: (item) => item.createdAt },
      { heading: 'BY', value: (item) => item.createdBy },
      { heading: 'NOTES', value: (item) => item.notes },
    ],
  });
}

function channelsOf(image: Image): string {
  return image.channels.map((channel) => `${channel.name}→${channel.versionNumber}`).join(', ') || '-';
}

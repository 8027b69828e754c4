import { once } from 'node:events';
import { type ImageReader, openImage, parseReference, serveNbd, tagOrDigestOf } from '@carrel/imaging';
import { isAbortError } from '@carrel/kit';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { openImagePlaces } from './image-places.ts';

interface ServeOptions {
  readonly nbd: string;
  readonly seed: string[];
  readonly mirror: string[];
  readonly boot?: true;
  readonly keyFile?: string;
  readonly json?: true;
}

/** `carrel image serve`. */
export function registerServeCommand(image: Command, context: CliContext): void {
  image
    .command('serve')
    .description('Offer an image as a read-only NBD disk; blocks are fetched and checked as they are read')
    .argument(
      '<reference>',
      'oci:PATH[:NAME:TAG], oci:https://HOST/PATH[:NAME:TAG], or https://HOST/NAME:TAG',
    )
    .requiredOption('--nbd <socket>', 'path of the unix socket to listen on')
    .option(
      '--seed <path...>',
      'what may hold some of it: disks, folders, oci:LAYOUT, or host (see image seeds)',
      [],
    )
    .option('--mirror <reference...>', 'other repositories that hold the same image', [])
    .option('--boot', 'fetch what booting reads ahead of the guest, in the recorded order')
    .option('--key-file <file>', 'repository key (default: from the key ring or the server)')
    .option('--json', 'print one JSON line when ready')
    .addHelpText(
      'after',
      `
Example:
  carrel image serve oci:images:tiny:1 --nbd /tmp/tiny.sock
  nbdinfo nbd+unix:///?socket=/tmp/tiny.sock

Runs until Ctrl-C.`,
    )
    .action(async (text: string, options: ServeOptions) => {
      const { signal, terminal } = context;
      const reference = parseReference(text);
      await using places = await openImagePlaces(context, reference, options);
      await using image = await openImage({
        ...places,
        tagOrDigest: tagOrDigestOf(reference),
        onBadData: (error) => terminal.note(`refused: ${error.message}`),
        onSeedTrouble: (error) =>
          terminal.note(`seeds are not used: ${error instanceof Error ? error.message : String(error)}`),
        signal,
      });
      await using server = await serveNbd({
        disk: image,
        socketPath: options.nbd,
        onError: (error, trouble) => {
          if (trouble.kind !== 'client')
            terminal.note(error instanceof Error ? error.message : String(error));
        },
      });
      if (options.boot) followBoot(image, context);
      const ready = {
        uri: server.uri,
        socket: options.nbd,
        sizeBytes: image.sizeBytes,
        digest: image.image.digest,
      };
      if (options.json) terminal.out(JSON.stringify(ready));
      else terminal.note(`Serving ${text} at ${server.uri}. Ctrl-C ends it.`);
      if (!signal.aborted) await once(signal, 'abort');
      if (!options.json) {
        const { bytesDownloaded, requests } = image.counters();
        terminal.note(`Read ${bytesDownloaded} bytes in ${requests} requests.`);
      }
    });
}

/** Fetches ahead of a booting guest. That it fails costs the guest time, nothing else. */
function followBoot(image: ImageReader, { signal, terminal }: CliContext): void {
  image.prefetchBoot(signal).catch((error: unknown) => {
    if (!isAbortError(error)) terminal.note(error instanceof Error ? error.message : String(error));
  });
}

import { type ApiClient, type Image, routes } from '@carrel/contract';
import {
  formatRepositoryKey,
  type ImageReference,
  inspectImage,
  parseReference,
  requireKey,
  tagOrDigestOf,
} from '@carrel/imaging';
import { isAppError } from '@carrel/kit';
import { createFinder, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { moveChannel } from './move-channel.ts';
import { openKeys, openRepositoryOf } from './repository-access.ts';

/** What `carrel image publish` takes. */
export interface PublishOptions {
  readonly as: string;
  readonly channel: string | false;
  readonly notes: string;
  readonly keyFile?: string;
  readonly json?: true;
}

/** `carrel image publish`. Safe to run again: the same packed image stays the same version. */
export async function publishImage(
  context: CliContext,
  text: string,
  options: PublishOptions,
): Promise<void> {
  const { signal } = context;
  const reference = parseReference(text);
  await using server = await openServer(context);
  await using repository = await openRepositoryOf(context, reference);
  const summary = await inspectImage(repository, tagOrDigestOf(reference), signal);
  const key = await requireKey(await openKeys(context, options.keyFile), summary.keyId);

  const image = await findOrCreate(server.api, options.as, signal);
  const draft = await server.api.call(routes.createVersion, {
    params: { imageId: image.id },
    body: {
      reference: referenceForDevices(reference, text, server.connection.server),
      manifestDigest: summary.digest,
      repositoryKey: formatRepositoryKey(key),
      notes: options.notes,
    },
    signal,
  });
  const params = { imageId: image.id, number: draft.number };
  const version =
    draft.state === 'draft' ? await server.api.call(routes.publishVersion, { params, signal }) : draft;
  const isThereAlready = image.channels.some(
    (channel) => channel.name === options.channel && channel.versionNumber === version.number,
  );
  if (options.channel !== false && !isThereAlready) {
    await moveChannel(server.api, image, options.channel, version.number, signal);
  }
  if (options.json) context.terminal.out(JSON.stringify(version));
  else
    context.terminal.note(
      `${options.as} version ${version.number} is published${channelNote(options.channel)}.`,
    );
}

/** The server's own repository is named without its address, which devices may know by another name. */
function referenceForDevices(reference: ImageReference, text: string, server: string): string {
  const isOwn = reference.kind === 'registry' && reference.origin === server;
  return isOwn ? `server:${reference.name}:${tagOrDigestOf(reference)}` : text;
}

async function findOrCreate(api: ApiClient, name: string, signal: AbortSignal): Promise<Image> {
  try {
    return await createFinder(api, signal).image(name);
  } catch (error) {
    if (!isAppError(error, 'NOT_FOUND')) throw error;
    return api.call(routes.createImage, { body: { name }, signal });
  }
}

function channelNote(channel: string | false): string {
  return channel === false ? '' : `; ${channel} points at it`;
}

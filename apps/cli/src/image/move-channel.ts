import { type ApiClient, type Image, routes } from '@carrel/contract';

/** Points a channel of an image at a version, making the channel where there is none. */
export async function moveChannel(
  api: ApiClient,
  image: Image,
  channel: string,
  versionNumber: number,
  signal: AbortSignal,
): Promise<void> {
  const revision = image.channels.find((item) => item.name === channel)?.revision ?? 0;
  const params = { imageId: image.id, channel };
  await api.call(routes.moveChannel, { params, body: { versionNumber }, revision, signal });
}

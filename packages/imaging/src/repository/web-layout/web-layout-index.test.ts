import { describe, expect, it } from 'vitest';
import { digestOf } from '../../format/manifest.ts';
import { answering, serverThat } from '../testing/faulty-server.ts';
import { TransferMeter } from '../transfer-meter.ts';

const bytes = Buffer.from('not a manifest');
const digest = digestOf(bytes);

describe('an index.json that', () => {
  const entry = (tag: string, of: string) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: of,
    size: 2,
    annotations: { 'org.opencontainers.image.ref.name': `debian:${tag}` },
  });
  const index = (...tags: string[]): string =>
    JSON.stringify({ schemaVersion: 2, manifests: tags.map((tag) => entry(tag, digest)) });

  it.each([
    ['has an entity tag', { etag: '"1"' }, 'if-none-match', '"1"'],
    [
      'has a time of change',
      { 'last-modified': 'Thu, 01 Jan 1998 00:00:00 GMT' },
      'if-modified-since',
      'Thu, 01 Jan 1998 00:00:00 GMT',
    ],
  ] as const)('%s is asked about each time and sent once', async (_, validators, header, value) => {
    let tags = ['1'];
    await using server = await serverThat((request, response) => {
      if (request.headers[header] === value && tags.length === 1) response.writeHead(304).end();
      else response.writeHead(200, validators).end(index(...tags));
    });
    await using repository = server.open('web layout');
    const meter = new TransferMeter();
    for (let time = 0; time < 3; time += 1) expect(await repository.listTags({ meter })).toEqual(['1']);
    expect(meter).toMatchObject({ requests: 3, bytesDownloaded: index('1').length });
    tags = ['1', '2'];
    expect(await repository.listTags()).toEqual(['1', '2']);
    expect(server.seen.every((request) => request.headers['cache-control'] === 'no-cache')).toBe(true);
  });

  it.each([
    ['is a web page', answering(200, { 'content-type': 'text/html' }, '<html>')],
    ['is not JSON', answering(200, {}, 'hello')],
    ['is something else', answering(200, {}, '{"schemaVersion":1}')],
    ['is far too long', answering(200, {}, Buffer.alloc(17 * 1024 * 1024, 32))],
    ['did not change though it was never sent', answering(304)],
  ])('%s is reported', async (_, handler) => {
    await using server = await serverThat(handler);
    await using repository = server.open('web layout');
    await expect(repository.resolve('1')).rejects.toMatchObject({ code: 'REPOSITORY_ANSWER_UNEXPECTED' });
  });

  it('names a manifest that is no manifest is reported', async () => {
    await using server = await serverThat((request, response) => {
      const body = request.url?.endsWith('index.json') === true ? index('1') : bytes;
      response.writeHead(200).end(body);
    });
    await using repository = server.open('web layout');
    await expect(repository.resolve('1')).rejects.toMatchObject({ code: 'REPOSITORY_ANSWER_UNEXPECTED' });
  });
});

import { describe, expect, it } from 'vitest';
import { digestOf } from '../../format/manifest.ts';
import { answering, httpKinds, serverThat } from '../testing/faulty-server.ts';

const digest = digestOf(Buffer.from('something else'));

describe.each(httpKinds)('the server of a %s that', (kind) => {
  it('answers a question for a size with a web page is reported', async () => {
    await using server = await serverThat(answering(200, { 'content-type': 'text/html' }));
    await using repository = server.open(kind);
    await expect(repository.blobSize(digest)).rejects.toMatchObject({ code: 'REPOSITORY_ANSWER_UNEXPECTED' });
  });

  it('breaks off a small answer is asked again', async () => {
    const body = kind === 'registry' ? '{"tags":["1"]}' : '{"schemaVersion":2,"manifests":[]}';
    await using server = await serverThat((_, response) => {
      response.writeHead(200, { 'content-length': body.length });
      if (server.seen.length > 1) response.end(body);
      else response.write(body.slice(0, 5), () => response.destroy());
    });
    await using repository = server.open(kind);
    expect(await repository.listTags()).toEqual(kind === 'registry' ? ['1'] : []);
    expect(server.seen).toHaveLength(2);
  });

  it('answers a manifest with other bytes than its digest is refused', async () => {
    await using server = await serverThat(answering(200, { 'content-type': 'application/json' }, '{}'));
    await using repository = server.open(kind);
    await expect(repository.resolve(digest)).rejects.toMatchObject({ code: 'IMAGE_DATA_DAMAGED' });
  });
});

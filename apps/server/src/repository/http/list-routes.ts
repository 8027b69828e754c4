import { ociFail } from '../errors.ts';
import type { Digest, RepositoryName } from '../names.ts';
import { indexMediaType } from '../storage/manifest-content.ts';
import type { Exchange } from './exchange.ts';

/** Answers with the tags of a name, in pages of `n` after the tag `last`. */
export async function listTags({ query, reply, storage }: Exchange, name: RepositoryName): Promise<void> {
  if (!(await storage.manifests.hasName(name))) throw ociFail('NAME_UNKNOWN', { name });
  const limit = pageSize(query.get('n'));
  const last = query.get('last') ?? '';
  const rest = (await storage.manifests.listTags(name)).filter((tag) => tag > last);
  const tags = rest.slice(0, limit);
  const next = tags.at(-1);
  if (next !== undefined && tags.length < rest.length) {
    const target = `/v2/${name}/tags/list?n=${tags.length}&last=${encodeURIComponent(next)}`;
    void reply.header('link', `<${target}>; rel="next"`);
  }
  await reply.code(200).header('content-type', 'application/json').send(JSON.stringify({ name, tags }));
}

/** Answers with an index of the manifests about `subject`; an empty one when there are none. */
export async function listReferrers(
  { query, reply, storage }: Exchange,
  name: RepositoryName,
  subject: Digest,
): Promise<void> {
  const artifactType = query.get('artifactType');
  const all = await storage.manifests.listReferrers(name, subject);
  const manifests = artifactType === null ? all : all.filter((one) => one.artifactType === artifactType);
  if (artifactType !== null) void reply.header('oci-filters-applied', 'artifactType');
  const index = { schemaVersion: 2, mediaType: indexMediaType, manifests };
  await reply
    .code(200)
    .header('content-type', indexMediaType)
    .send(Buffer.from(JSON.stringify(index)));
}

function pageSize(text: string | null): number {
  if (text === null) return Number.POSITIVE_INFINITY;
  if (!/^\d{1,9}$/.test(text)) throw ociFail('PAGINATION_NUMBER_INVALID', {});
  return Number(text);
}

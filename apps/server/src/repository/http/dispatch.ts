import { ociFail } from '../errors.ts';
import { deleteBlob, getBlob } from './blob-routes.ts';
import type { Exchange } from './exchange.ts';
import { listReferrers, listTags } from './list-routes.ts';
import { deleteManifest, getManifest, putManifest } from './manifest-routes.ts';
import type { Target } from './route-path.ts';
import { beginUpload, deleteUpload, getUpload, patchUpload, putUpload } from './upload-routes.ts';

/**
 * Answers a request of OCI Distribution 1.1.
 *
 * @throws {UNSUPPORTED} for a method the target does not have, and what each operation throws
 */
export async function dispatch(exchange: Exchange, target: Target): Promise<void> {
  const { method } = exchange.request;
  switch (target.kind) {
    case 'base':
      if (isReading(method)) return sendBase(exchange);
      break;
    case 'blob':
      if (isReading(method)) return getBlob(exchange, target.name, target.digest);
      if (method === 'DELETE') return deleteBlob(exchange, target.name, target.digest);
      break;
    case 'manifest':
      if (isReading(method)) return getManifest(exchange, target.name, target.reference);
      if (method === 'PUT') return putManifest(exchange, target.name, target.reference);
      if (method === 'DELETE') return deleteManifest(exchange, target.name, target.reference);
      break;
    case 'tags':
      if (isReading(method)) return listTags(exchange, target.name);
      break;
    case 'referrers':
      if (isReading(method)) return listReferrers(exchange, target.name, target.subject);
      break;
    case 'uploads':
      if (method === 'POST') return beginUpload(exchange, target.name);
      break;
    case 'upload':
      return dispatchUpload(exchange, target);
  }
  throw ociFail('UNSUPPORTED', {});
}

/** Whether the method only reads, so that credentials for pulling are enough. */
export function isReading(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function dispatchUpload(exchange: Exchange, { name, id }: Target & { kind: 'upload' }): Promise<void> {
  switch (exchange.request.method) {
    case 'GET':
      return getUpload(exchange, name, id);
    case 'PATCH':
      return patchUpload(exchange, name, id);
    case 'PUT':
      return putUpload(exchange, name, id);
    case 'DELETE':
      return deleteUpload(exchange, name, id);
    default:
      throw ociFail('UNSUPPORTED', {});
  }
}

async function sendBase({ reply }: Exchange): Promise<void> {
  await reply.code(200).header('content-type', 'application/json').send('{}');
}

import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { InstanceKeys } from '@carrel/contract';
import type { Queries } from '../database/index.ts';
import { isoTime, isoTimeOrNull } from '../database/values.ts';
import type { Instance } from './instance.ts';

/** Which keys and certificates there are; none of them is told. */
export async function describeKeys(queries: Queries, instance: Instance): Promise<InstanceKeys> {
  const root = await queries.selectFrom('rootSecrets').select('rewrappedAt').executeTakeFirst();
  const leaseKeys = await queries
    .selectFrom('leaseKeys')
    .select(['kid', 'createdAt'])
    .orderBy('createdAt', 'desc')
    .execute();
  return {
    masterKey: { source: instance.masterKeySource, rotatedAt: isoTimeOrNull(root?.rewrappedAt ?? null) },
    leaseKeys: leaseKeys.map((row) => ({
      kid: row.kid,
      createdAt: isoTime(row.createdAt),
      isSigning: row.kid === instance.leaseKeys.signing.kid,
    })),
    repositoryKeys: await describeRepositoryKeys(queries),
    certificates: {
      serverEndsAt: await endOf(instance.paths.serverCertificate),
      authorityEndsAt: await endOf(instance.paths.authorityCertificate),
    },
  };
}

async function describeRepositoryKeys(queries: Queries): Promise<InstanceKeys['repositoryKeys']> {
  const rows = await queries
    .selectFrom('repositoryKeys')
    .leftJoin('imageVersions', 'imageVersions.keyId', 'repositoryKeys.keyId')
    .select((select) => [
      'repositoryKeys.keyId',
      'repositoryKeys.createdAt',
      'repositoryKeys.replacedAt',
      select.fn.count<number | string>('imageVersions.imageId').as('versionCount'),
    ])
    .groupBy(['repositoryKeys.keyId', 'repositoryKeys.createdAt', 'repositoryKeys.replacedAt'])
    .orderBy('repositoryKeys.createdAt', 'desc')
    .execute();
  return rows.map((row) => ({
    keyId: row.keyId,
    createdAt: isoTime(row.createdAt),
    isReplaced: row.replacedAt !== null,
    versionCount: Number(row.versionCount),
  }));
}

async function endOf(path: string): Promise<string> {
  return new X509Certificate(await readFile(path)).validToDate.toISOString();
}

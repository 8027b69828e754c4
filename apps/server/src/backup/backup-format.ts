import { digestSchema } from '@carrel/contract';
import { z } from 'zod';

/** Entries of a backup, in this order; docs/backup-format.md. */
export const entryNames = {
  facts: 'backup.json',
  files: 'files/',
  database: 'database/',
  repository: 'repository/',
  manifest: 'manifest.json',
} as const;

/** The first entry: what the backup is of. */
export const backupFactsSchema = z.object({
  formatVersion: z.literal(1),
  instanceId: z.uuid(),
  createdAt: z.string(),
  serverVersion: z.string(),
  /** The steps the database has gone through; its rows fit the tables of that time. */
  migrations: z.array(z.string()).min(1),
  tables: z.array(z.string().regex(/^[a-z][a-z0-9_]*$/)),
  /** Tables that are left out, with the reason. */
  tablesLeftOut: z.record(z.string(), z.string()),
  hasImages: z.boolean(),
});
export type BackupFacts = z.infer<typeof backupFactsSchema>;

/** The last entry: everything before it, and what the instance refers to but the backup does not hold. */
export const backupManifestSchema = z.object({
  entries: z.array(z.object({ name: z.string(), sizeBytes: z.int().min(0), digest: digestSchema })),
  /** Image versions of the built-in repository whose bytes are not, or not all, in the backup. */
  imagesMissing: z.array(z.string()),
});
export type BackupManifest = z.infer<typeof backupManifestSchema>;

/** What is told of a backup that was made or looked at. */
export interface BackupSummary {
  readonly instanceId: string;
  readonly createdAt: string;
  readonly entries: number;
  readonly contentBytes: number;
  readonly tables: number;
  readonly hasImages: boolean;
  readonly imagesMissing: readonly string[];
}

export function summaryOf(facts: BackupFacts, manifest: BackupManifest): BackupSummary {
  return {
    instanceId: facts.instanceId,
    createdAt: facts.createdAt,
    entries: manifest.entries.length,
    contentBytes: manifest.entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    tables: facts.tables.length,
    hasImages: facts.hasImages,
    imagesMissing: manifest.imagesMissing,
  };
}

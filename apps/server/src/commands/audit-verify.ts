import { pino } from 'pino';
import { verifyAudit } from '../audit/index.ts';
import { openDatabaseForReading } from '../database/index.ts';
import { locateInstanceDatabase } from '../instance/index.ts';
import { type CommandContext, type CommonOptions, connectionString, dataFolder } from './options.ts';

/** `carrel server audit verify`: also while the server runs. */
export async function runAuditVerify(options: CommonOptions, context: CommandContext): Promise<void> {
  const location = await locateInstanceDatabase(
    dataFolder(options.data, context.env),
    await connectionString(options, context.env),
  );
  await using database = await openDatabaseForReading(location, pino({ level: 'silent' }));
  const { entryCount, headHash } = await verifyAudit(database);
  context.out(
    options.json
      ? JSON.stringify({ entries: entryCount, headHash: headHash ?? null })
      : `The audit log is whole: ${entryCount} entries, the newest ${headHash ?? 'none'}.`,
  );
}

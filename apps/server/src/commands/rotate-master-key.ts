import { systemClock } from '@carrel/kit';
import { pino } from 'pino';
import { keyFiles, openInstance, rotateMasterKey } from '../instance/index.ts';
import { type CommandContext, type CommonOptions, connectionString, dataFolder } from './options.ts';

/** `carrel server rotate-master-key`: while no server runs. */
export async function runRotateMasterKey(options: CommonOptions, context: CommandContext): Promise<void> {
  await using open = await openInstance({
    folder: dataFolder(options.data, context.env),
    names: [],
    connectionString: await connectionString(options, context.env),
    masterKeyText: context.env['CARREL_MASTER_KEY'],
    clock: systemClock,
    log: pino({ level: 'silent' }),
  });
  const rotated = await rotateMasterKey({
    paths: open.instance.paths,
    database: open.database,
    present: { key: open.instance.masterKey, source: open.instance.masterKeySource },
    newKeyText: context.env['CARREL_NEW_MASTER_KEY'],
    nowMs: systemClock.nowMs(),
    files: keyFiles,
  });
  if (options.json) context.out(JSON.stringify(rotated));
  else {
    context.out(`${rotated.secrets} secrets are under a new master key.`);
    context.out(
      rotated.source === 'file'
        ? `It is in ${open.instance.paths.masterKey}. Backups made before open with the old one.`
        : 'It is the one of CARREL_NEW_MASTER_KEY: start the server with it in CARREL_MASTER_KEY from now on.',
    );
  }
}

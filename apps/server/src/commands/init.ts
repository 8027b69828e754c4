import { resolve } from 'node:path';
import { systemClock } from '@carrel/kit';
import { pino } from 'pino';
import { type InitResult, initInstance, writePrivateFile } from '../instance/index.ts';
import { ensureAdministrator } from '../users/index.ts';
import { type CommandContext, type CommonOptions, connectionString, dataFolder } from './options.ts';

export interface InitCommandOptions extends CommonOptions {
  readonly adminPasswordFile?: string;
}

/** `carrel server init` */
export async function runInit(options: InitCommandOptions, context: CommandContext): Promise<void> {
  const { adminPasswordFile } = options;
  await initInstance({
    folder: dataFolder(options.data, context.env),
    names: options.name,
    connectionString: await connectionString(options, context.env),
    masterKeyText: context.env['CARREL_MASTER_KEY'],
    clock: systemClock,
    log: pino({ level: 'silent' }),
    createAdministrator: (database) => ensureAdministrator(database, systemClock.nowMs()),
    handOver: async (result) => {
      if (adminPasswordFile !== undefined) {
        await writePrivateFile(resolve(adminPasswordFile), `${result.password}\n`);
      }
      show(result, options, context);
    },
  });
}

/** The password is in the file when one is named, else it is shown here and nowhere again. */
function show(result: InitResult, options: InitCommandOptions, { out }: CommandContext): void {
  const { password, ...shown } = result;
  const { adminPasswordFile } = options;
  if (options.json) {
    const line = adminPasswordFile === undefined ? { ...shown, password } : { ...shown, adminPasswordFile };
    out(JSON.stringify(line));
    return;
  }
  out(`Made the instance ${result.instanceId} in ${result.folder}.`);
  out(`Certificate authority (sha256): ${result.authorityFingerprint}`);
  out(`Administrator: ${result.userName}`);
  out(adminPasswordFile === undefined ? `Password: ${password}` : `Password: in ${adminPasswordFile}`);
  if (adminPasswordFile === undefined) out('The password is shown this once.');
}

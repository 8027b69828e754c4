// Rotates the master key of an instance and kills itself at a step: rotate-until-killed.ts FOLDER STEP
// The connection string, where there is one, is in CARREL_DATABASE.
import { systemClock } from '@carrel/kit';
import { pino } from 'pino';
import { z } from 'zod';
import type { Database } from '../../database/index.ts';
import { openInstance } from '../open-instance.ts';
import { type KeyFiles, keyFiles, rotateMasterKey } from '../rotate-master-key.ts';

const [folder, last] = z.tuple([z.string(), z.coerce.number().int()]).parse(process.argv.slice(2));

let steps = 0;
/** Ends the process the hard way when its turn has come. */
function step(): void {
  if (steps === last) process.kill(process.pid, 'SIGKILL');
  steps += 1;
}

async function between<T>(work: () => Promise<T>): Promise<T> {
  step();
  const result = await work();
  step();
  return result;
}

const files: KeyFiles = {
  write: (path, content) => between(() => keyFiles.write(path, content)),
  replace: (from, to) => between(() => keyFiles.replace(from, to)),
  remove: (path) => between(() => keyFiles.remove(path)),
};
await using open = await openInstance({
  folder,
  names: [],
  connectionString: process.env['CARREL_DATABASE'],
  masterKeyText: process.env['CARREL_MASTER_KEY'],
  clock: systemClock,
  log: pino({ level: 'silent' }),
});
const database: Database = {
  ...open.database,
  transaction: (work) =>
    open.database.transaction(async (transaction) => {
      const result = await work(transaction);
      step();
      return result;
    }),
};
await rotateMasterKey({
  paths: open.instance.paths,
  database,
  present: { key: open.instance.masterKey, source: open.instance.masterKeySource },
  newKeyText: process.env['CARREL_NEW_MASTER_KEY'],
  nowMs: systemClock.nowMs(),
  files,
});
process.stdout.write(`${steps}\n`);

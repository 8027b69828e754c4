import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareInputs } from './inputs/inputs.ts';
import { startWebServer } from './measure/web-server.ts';
import { parseOptions } from './options.ts';
import { createCarrel } from './peers/carrel.ts';
import { Figures } from './report/figures.ts';
import { describeFigure, formatFigures } from './report/figures-table.ts';
import { describeSurroundings } from './report/surroundings.ts';
import { judge } from './report/targets.ts';
import { formatTargets } from './report/targets-table.ts';
import type { BenchContext } from './scenarios/bench-context.ts';
import { scenarios } from './scenarios/scenarios.ts';
import { Stores } from './scenarios/stores.ts';
import { say } from './shell.ts';
import { makeWorkFolder } from './work-folder.ts';

// Image delivery, Carrel and its peers one after the other on the same files:
//   node bench/delivery/bench.ts [--only SCENARIO]... [--quick] [--json FILE]
// Inputs are kept in CARREL_BENCH_FOLDER, by default .carrel/bench-delivery.

const limitSeconds = 25 * 60;
const options = parseOptions(process.argv.slice(2));
const folder = process.env.CARREL_BENCH_FOLDER ?? join(import.meta.dirname, '../../.carrel/bench-delivery');
const inputs = await prepareInputs(join(folder, 'inputs'), options.isQuick);

const figures = new Figures((figure) => say(describeFigure(figure)));
{
  await using work = await makeWorkFolder(folder);
  await using web = await startWebServer({ folder: join(work.path, 'web') });
  const keyFile = join(work.path, 'key');
  await writeFile(keyFile, Buffer.alloc(32, 7).toString('base64url'), { mode: 0o600 });
  const carrel = createCarrel(keyFile, join(work.path, 'state'));
  const stores = new Stores(web, figures);
  await runScenarios({
    ...{ inputs, figures, web, stores, carrel, keyFile },
    ...{ workFolder: work.path, isQuick: options.isQuick },
  });
}
process.stdout.write(`${await describeSurroundings()}\n\n`);
process.stdout.write(`${formatFigures(figures.all())}\n\n${formatTargets(judge(figures.all()))}\n`);
if (options.jsonFile !== undefined) await writeFile(options.jsonFile, JSON.stringify(figures.all(), null, 2));

/** One that fails does not keep the others from running. */
async function runScenarios(context: BenchContext): Promise<void> {
  const start = performance.now();
  for (const name of options.only) {
    if ((performance.now() - start) / 1000 > limitSeconds) {
      say(`${name}: left out, the time is over`);
      process.exitCode = 1;
      continue;
    }
    try {
      await scenarios[name]?.(context);
    } catch (error) {
      say(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
  say(`Took ${((performance.now() - start) / 60_000).toFixed(1)} minutes.`);
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareInputs } from './inputs/inputs.ts';
import { startWebServer } from './measure/web-server.ts';
import { parseOptions } from './options.ts';
import { createCarrel } from './peers/carrel.ts';
import { Figures } from './report/figures.ts';
import { describeFigure, formatFigures } from './report/figures-table.ts';
import { judge } from './report/targets.ts';
import { formatTargets } from './report/targets-table.ts';
import { scenarios } from './scenarios/scenarios.ts';
import { Stores } from './scenarios/stores.ts';
import { say } from './shell.ts';

// Image delivery, Carrel and its peers side by side on the same files:
//   node bench/delivery/bench.ts [--only SCENARIO]... [--quick] [--json FILE]

const options = parseOptions(process.argv.slice(2));
const folder = process.env.CARREL_BENCH_FOLDER ?? join(import.meta.dirname, '../../.carrel/bench-delivery');
const inputs = await prepareInputs(join(folder, 'inputs'), options.isQuick);

await mkdir(folder, { recursive: true });
const workFolder = await mkdtemp(join(folder, 'work-'));
try {
  const keyFile = join(workFolder, 'key');
  await writeFile(keyFile, Buffer.alloc(32, 7).toString('base64url'), { mode: 0o600 });
  await using web = await startWebServer({ folder: join(workFolder, 'web') });
  const figures = new Figures((figure) => say(describeFigure(figure)));
  const stores = new Stores(web, figures);
  const carrel = createCarrel(keyFile, join(workFolder, 'state'));
  const context = { inputs, figures, web, stores, carrel, keyFile, workFolder, isQuick: options.isQuick };
  for (const name of options.only) await scenarios[name]?.(context);
  process.stdout.write(`${formatFigures(figures.all())}\n\n${formatTargets(judge(figures.all()))}\n`);
  if (options.jsonFile !== undefined)
    await writeFile(options.jsonFile, JSON.stringify(figures.all(), null, 2));
} finally {
  await rm(workFolder, { recursive: true, force: true });
}

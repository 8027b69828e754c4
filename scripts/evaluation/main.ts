// What npm start runs once the machine is set up: an evaluation instance with a real guest.
//   npm start                                   runs until Ctrl-C
//   npm start -- --exit-after-boot --json       boots the guest, prints one JSON line, stops everything
import { parseArgs } from 'node:util';
import { CommandFailed } from './carrel.ts';
import { evaluate } from './evaluate.ts';
import { createSay } from './say.ts';

const { values } = parseArgs({
  options: {
    'exit-after-boot': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => controller.abort());

const say = createSay();
try {
  await evaluate({
    say,
    signal: controller.signal,
    isExitingAfterBoot: values['exit-after-boot'],
    onBooted: (result) => {
      if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    },
  });
} catch (error) {
  if (controller.signal.aborted) {
    say.line('Stopped. Run npm start again to go on.');
  } else if (error instanceof CommandFailed) {
    say.line(`${error.message}; the lines above say why.`);
    process.exitCode = error.exitCode;
  } else {
    say.line(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

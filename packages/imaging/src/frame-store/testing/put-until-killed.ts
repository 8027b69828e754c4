// Puts frames into the store of a folder until it is killed: argv[2] is the folder, argv[3] its limit.
import { FrameStore } from '../frame-store.ts';
import { testFrame, testPack } from './test-frames.ts';

const [folder = '', limitBytes = ''] = process.argv.slice(2);
const store = await FrameStore.open({ folder, limitBytes: Number(limitBytes), reserveBytes: 0 });
process.stdout.write('ready\n');
for (let round = 0; ; round += 1) {
  const frames = Array.from({ length: 8 }, (_, at) => testFrame(round * 8 + at));
  await store.put(testPack(round % 7), '0011223344556677', frames);
}

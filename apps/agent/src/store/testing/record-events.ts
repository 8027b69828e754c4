// Records events as fast as it can and says which are durable, until it is killed.
import { writeSync } from 'node:fs';
import { openDatabase } from '../database.ts';
import { createEventQueue } from '../event-queue.ts';

const [path = ''] = process.argv.slice(2);
const database = openDatabase(path);
const queue = createEventQueue(
  database,
  () => Date.now(),
  () => undefined,
);
for (;;) writeSync(1, `${queue.record('AGENT-003', {})}\n`);

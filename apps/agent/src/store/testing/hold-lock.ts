// Holds the lock of an agent until it is killed.
import { writeSync } from 'node:fs';
import { lockInstance } from '../instance-lock.ts';

const [path = ''] = process.argv.slice(2);
const lock = lockInstance(path, 'folder');
writeSync(1, 'locked\n');
setInterval(() => lock, 1_000);

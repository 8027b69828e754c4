import type { ImageServices } from '../images/index.ts';
import type { TaskRunner } from './task-runner.ts';

/** What the routes of tasks need beside what images need. */
export interface TaskServices extends ImageServices {
  readonly tasks: TaskRunner;
}

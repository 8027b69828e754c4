import { toProblem } from '@carrel/contract';
import { isAppError } from '@carrel/kit';
import { jobs } from './jobs.ts';
import type { JobAnswer, JobRequest } from './messages.ts';

/** The thread that plans: one job at a time; whoever wants no answer any more ends the thread. */
self.onmessage = (message: MessageEvent<JobRequest>): void => {
  void answer(message.data);
};

async function answer({ name, input }: JobRequest): Promise<void> {
  const run = jobs[name] as (input: unknown, tell: (share: number) => void) => unknown;
  try {
    const result = await run(input, (share) => tell({ kind: 'progress', share }));
    tell({ kind: 'done', result });
  } catch (error) {
    tell(
      isAppError(error)
        ? { kind: 'refused', problem: toProblem(error), errorClass: error.errorClass }
        : { kind: 'failed', message: error instanceof Error ? error.message : String(error) },
    );
  }
}

function tell(message: JobAnswer): void {
  self.postMessage(message);
}

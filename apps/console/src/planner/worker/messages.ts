import type { Problem } from '@carrel/contract';
import type { ErrorClass } from '@carrel/kit';
import type { JobInput, JobName } from './jobs.ts';

/** What the page asks of a thread. */
export type JobRequest = {
  readonly [Name in JobName]: { readonly name: Name; readonly input: JobInput<Name> };
}[JobName];

/** What a thread answers: progress, then one of the others. */
export type JobAnswer =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'refused'; readonly problem: Problem; readonly errorClass: ErrorClass }
  | { readonly kind: 'failed'; readonly message: string };

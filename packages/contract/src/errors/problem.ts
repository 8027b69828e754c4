import { AppError, type ErrorClass } from '@carrel/kit';
import { z } from 'zod';

/** An error as HTTP carries it: a problem document (RFC 9457) with our code. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  code: z.string(),
  remedy: z.string(),
  retryable: z.boolean(),
  details: z.record(
    z.string(),
    z.union([
      z.string(),
      z.number(),
      z.boolean(),
      z.array(z.string()),
      z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
    ]),
  ),
});
export type Problem = z.infer<typeof problemSchema>;

export const problemContentType = 'application/problem+json';

/** The problem document that answers a request which failed with this error. */
export function toProblem(error: AppError): Problem {
  return {
    type: `https://carrel.invalid/errors/${error.code}`,
    title: error.message,
    status: error.httpStatus,
    code: error.code,
    remedy: error.remedy,
    retryable: error.retryable,
    details: problemSchema.shape.details.parse(error.details),
  };
}

/** The error that a problem document stands for, as the caller of the API should see it. */
export function fromProblem(problem: Problem, errorClass: ErrorClass): AppError {
  return new AppError({
    code: problem.code,
    errorClass,
    httpStatus: problem.status,
    message: problem.title,
    remedy: problem.remedy,
    retryable: problem.retryable,
    details: problem.details,
  });
}

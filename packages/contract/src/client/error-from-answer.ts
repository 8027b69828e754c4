import type { AppError, ErrorClass } from '@carrel/kit';
import { errorCatalogue, fail } from '../errors/index.ts';
import { fromProblem, problemSchema } from '../errors/problem.ts';

/** Turns an answer that is not 2xx into the error it stands for. */
export async function errorFromAnswer(server: string, request: string, answer: Response): Promise<AppError> {
  const text = await answer.text();
  const problem = problemSchema.safeParse(parseJson(text));
  if (problem.success) return fromProblem(problem.data, classOf(problem.data.code, answer.status));
  return fail('ANSWER_INVALID', {
    server,
    request,
    reason: `HTTP ${answer.status} without a problem document`,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The class the catalogue gives the code; for codes newer than this program, what the HTTP status suggests. */
function classOf(code: string, status: number): ErrorClass {
  const known = Object.entries(errorCatalogue).find(([name]) => name === code);
  if (known) return known[1].errorClass;
  if (status === 404) return 'not-found';
  if (status === 401 || status === 403) return 'denied';
  if (status === 409 || status === 412) return 'conflict';
  if (status >= 500) return 'unreachable';
  return 'usage';
}

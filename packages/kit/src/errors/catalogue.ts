import { AppError, type ErrorClass, type ErrorDetails } from './app-error.ts';

/** One row of an error catalogue. `{name}` in a sentence is replaced by the detail of that name. */
export interface ErrorDefinition {
  readonly errorClass: ErrorClass;
  readonly httpStatus: number;
  readonly message: string;
  readonly remedy: string;
  readonly retryable?: boolean;
}

export type ErrorCatalogue = Readonly<Record<string, ErrorDefinition>>;

type Placeholders<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** The details a code needs: exactly the placeholders its message and remedy mention. */
export type DetailsOf<D extends ErrorDefinition> = Readonly<
  Record<Placeholders<D['message']> | Placeholders<D['remedy']>, string | number | boolean>
>;

/** Makes the error for a code. The details are required where the sentences mention any. */
export type ErrorFactory<C extends ErrorCatalogue> = <K extends keyof C & string>(
  code: K,
  details: DetailsOf<C[K]> & ErrorDetails,
  cause?: unknown,
) => AppError;

/** Binds a catalogue to a function that makes its errors. */
export function createErrorFactory<const C extends ErrorCatalogue>(catalogue: C): ErrorFactory<C> {
  return (code, details, cause) => {
    const definition = catalogue[code] as ErrorDefinition;
    return new AppError({
      code,
      errorClass: definition.errorClass,
      httpStatus: definition.httpStatus,
      message: fill(definition.message, details),
      remedy: fill(definition.remedy, details),
      retryable: definition.retryable ?? false,
      details,
      cause,
    });
  };
}

// Names and reasons often come from outside, and a sentence goes to terminals and logs: no escape sequences, no lines
// of its own, no reversed text.
const unprintable = /[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu;

function fill(template: string, details: ErrorDetails): string {
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = details[name];
    return value === undefined ? whole : wordsOf(value).replaceAll(unprintable, ' ');
  });
}

function wordsOf(value: ErrorDetails[string]): string {
  if (typeof value !== 'object') return String(value);
  return value.map((item) => (typeof item === 'string' ? item : Object.values(item).join(' '))).join(', ');
}

import { useForm } from '@mantine/form';
import type { FieldErrors } from './field-errors.ts';

export interface SchemaFormOptions<Values> {
  readonly initialValues: Values;
  /** Empty when the values are valid; usually `fieldErrors` of a schema of the contract. */
  readonly errorsOf: (values: Values) => FieldErrors;
}

/** A form judged as a whole by a schema. Faults show on submission and go when the field is changed. */
export function useSchemaForm<Values extends Record<string, unknown>>(options: SchemaFormOptions<Values>) {
  return useForm({
    initialValues: options.initialValues,
    validate: (values: Values): Record<string, string> => ({ ...options.errorsOf(values) }),
  });
}

export type SchemaForm<Values extends Record<string, unknown>> = ReturnType<typeof useSchemaForm<Values>>;

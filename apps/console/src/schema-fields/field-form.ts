import type { useForm } from '@mantine/form';

type AnyForm = ReturnType<typeof useForm<Record<string, unknown>>>;

/** The part of a form that its fields use, whatever the form holds. */
export interface FieldForm {
  readonly values: object;
  readonly errors: AnyForm['errors'];
  readonly getInputProps: (
    path: string,
    options?: Parameters<AnyForm['getInputProps']>[1],
  ) => ReturnType<AnyForm['getInputProps']>;
  readonly setFieldValue: (path: string, value: unknown) => void;
  readonly insertListItem: (path: string, item: unknown) => void;
  readonly removeListItem: (path: string, index: number) => void;
  readonly reorderListItem: (path: string, payload: { readonly from: number; readonly to: number }) => void;
}

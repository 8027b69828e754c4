/** A value while somebody types it: where a number belongs, there may be empty text for a moment. */
export type Typed<Value> = Value extends number
  ? number | string
  : Value extends readonly (infer Item)[]
    ? Typed<Item>[]
    : Value extends object
      ? { -readonly [Key in keyof Value]: Typed<Value[Key]> }
      : Value;

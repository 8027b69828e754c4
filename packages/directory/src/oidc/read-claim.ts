/** What a provider says about somebody; each claim is still unknown. */
export type Claims = Readonly<Record<string, unknown>>;

/** A claim by its name; where none has the name as a whole, dots lead into objects (`realm_access.roles`). */
export function readClaim(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const step of name.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}

/** A claim that may be one text or a list of them; `undefined` for anything else. */
export function textsOf(value: unknown): string[] | undefined {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  const texts = values.filter((item) => typeof item === 'string');
  return texts.length === values.length ? texts : undefined;
}

/** Whether the claim lies elsewhere, to be fetched (OpenID Connect Core 1.0, 5.6.2). */
export function hidesClaim(claims: Claims, name: string): boolean {
  const elsewhere = claims['_claim_names'];
  return isObject(elsewhere) && Object.hasOwn(elsewhere, name);
}

function isObject(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Nothing that a directory server does is waited for without end. */
export const connectTimeoutMs = 5_000;
/** One bind or one page of a search. */
export const operationTimeoutMs = 10_000;
/** Entries a server is asked for at a time: what Active Directory gives at most by default. */
export const pageSize = 500;
/** Identifiers that one filter names: well within what servers take. */
export const identifiersAtOnce = 50;
/** A server that failed is passed over for this long, then twice as long … */
export const firstBackoffMs = 1_000;
/** … up to this. */
export const longestBackoffMs = 60_000;
/** Groups around groups are followed this far; deeper nesting is a mistake or an attack. */
export const deepestNesting = 50;

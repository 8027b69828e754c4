import type { Id } from '@carrel/kit';
import { z } from 'zod';

/** An identity in a message; the brand keeps ids of different kinds apart. */
export function idSchema<Kind extends string>(kind: Kind) {
  return z
    .uuid()
    .describe(`Identity of the ${kind}`)
    .transform((text) => text as Id<Kind>);
}

/** A point in time, ISO 8601 in UTC with milliseconds. */
export const timeSchema = z.iso.datetime({ precision: 3 }).describe('ISO 8601, UTC');

/** A sha256 content address as OCI writes it. */
export const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256: and 64 hex digits');

/** Names people give to images, workspaces and groups. */
export const displayNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((text) => !/\p{Cc}/u.test(text), 'expected no control characters');

/** Image names are also repository names, so they follow OCI: lower case, digits, `.`, `_`, `-`. */
export const imageNameSchema = z
  .string()
  .max(100)
  .regex(/^[a-z0-9]+([._-][a-z0-9]+)*$/, 'expected lower-case letters and digits, separated by . _ or -');

export const channelNameSchema = z
  .string()
  .max(40)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case letters, digits and -');

export const userNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(104)
  .refine((text) => !/[\p{Cc}\s]/u.test(text), 'expected no spaces or control characters');

/** 32 bytes in base64url: repository and disk keys. */
export const keySchema = z.base64url().length(43);

/** First 16 hex digits of sha256("carrel key id" || key): names a repository key without telling it. */
export const keyIdSchema = z.string().regex(/^[0-9a-f]{16}$/);

export const revisionSchema = z.int().min(1);

/** One page of a list. `next` is the cursor of the following page, absent on the last. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().optional() });
}

export const pageQuerySchema = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

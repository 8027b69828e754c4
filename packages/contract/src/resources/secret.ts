import { z } from 'zod';
import { timeSchema } from './primitives.ts';

/** Names of secrets the server keeps: what refers to a secret says its name, never its value. */
export const secretNameSchema = z
  .string()
  .max(100)
  .regex(/^[a-z0-9]+([._-][a-z0-9]+)*$/, 'expected lower-case letters and digits, separated by . _ or -');

/** A secret as it is shown: its value is never told. */
export const secretSchema = z.object({
  name: secretNameSchema,
  updatedAt: timeSchema,
  updatedBy: z.string(),
});
export type Secret = z.infer<typeof secretSchema>;

/** 64 KiB holds a private key with its chain. */
export const newSecretSchema = z.strictObject({ value: z.string().min(1).max(65_536) });

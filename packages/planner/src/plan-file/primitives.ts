import { z } from 'zod';

/** What other parts of a plan refer to a thing by. */
export const nameSchema = z
  .string()
  .trim()
  .min(1, 'expected a name')
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, 'expected a name without control characters');

/** A part of a whole: 0.25 is a quarter. */
export const shareSchema = z.number().min(0).max(1);

/** People or clients; a plan holds ten million at most. */
export const countSchema = z.int().min(0).max(10_000_000);

/** A free text that ends up in documents. */
export const textSchema = z.string().trim().max(4000);

/** Hours of a service level or an outage, a year at most. */
export const hoursSchema = z.number().positive().max(8_784);

/** An amount of money in the plan's currency. */
export const moneySchema = z.number().min(0).max(1e9);

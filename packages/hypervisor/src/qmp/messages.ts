import { z } from 'zod';

export const greetingSchema = z.object({
  QMP: z.object({
    version: z.object({
      qemu: z.object({ major: z.int(), minor: z.int(), micro: z.int() }),
      package: z.string(),
    }),
  }),
});

export const returnSchema = z.object({ id: z.int(), return: z.unknown() });

export const errorSchema = z.object({
  id: z.int().optional(),
  error: z.object({ class: z.string(), desc: z.string() }),
});

export const eventSchema = z.object({
  event: z.string(),
  data: z.record(z.string(), z.unknown()).default({}),
  timestamp: z.object({ seconds: z.int(), microseconds: z.int() }),
});

export interface QemuVersion {
  readonly major: number;
  readonly minor: number;
  readonly micro: number;
}

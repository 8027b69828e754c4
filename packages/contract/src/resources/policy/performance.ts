import { z } from 'zod';
import { findRepeated, type PolicyFault } from './fault.ts';

/** One row of the host-memory table: a host with at least this much gives the guest that much. */
export const memoryRowSchema = z.object({
  hostMiB: z.int().min(256).max(16_777_216).describe('Memory of the computer.'),
  guestMiB: z.int().min(32).max(16_777_216).describe('Memory of the guest.'),
});
export type MemoryRow = z.infer<typeof memoryRowSchema>;

/** The old product's table, continued for today's computers. */
export const defaultMemoryTable: MemoryRow[] = [
  { hostMiB: 1024, guestMiB: 378 },
  { hostMiB: 2048, guestMiB: 512 },
  { hostMiB: 4096, guestMiB: 1024 },
  { hostMiB: 8192, guestMiB: 1536 },
  { hostMiB: 16_384, guestMiB: 2048 },
  { hostMiB: 32_768, guestMiB: 4096 },
  { hostMiB: 65_536, guestMiB: 8192 },
];

/** The tab Performance: how much of the computer the guest may take. */
export const performanceSchema = z.strictObject({
  memoryTable: z
    .array(memoryRowSchema)
    .min(1)
    .max(64)
    .default(defaultMemoryTable)
    .describe(
      "Memory of the guest by memory of the computer; a single row gives every computer the same. The old product's rows, continued for today's computers.",
    ),
});

/** What the fields of the tab say against each other. */
export function checkPerformance({ memoryTable }: z.output<typeof performanceSchema>): PolicyFault[] {
  const repeated = findRepeated(
    memoryTable,
    (row) => row.hostMiB,
    ({ hostMiB }, index): PolicyFault => ({
      path: ['performance', 'memoryTable', index, 'hostMiB'],
      message: `${hostMiB} MiB is there twice`,
    }),
  );
  const tooLarge = memoryTable.flatMap(({ hostMiB, guestMiB }, index): PolicyFault[] =>
    guestMiB < hostMiB
      ? []
      : [
          {
            path: ['performance', 'memoryTable', index, 'guestMiB'],
            message: `a computer of ${hostMiB} MiB has less than that to give: expected less than ${hostMiB}`,
          },
        ],
  );
  return [...repeated, ...tooLarge];
}

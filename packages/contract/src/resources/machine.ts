import { z } from 'zod';

/** What a machine must be so that the image boots: the config of the OCI manifest. */
export const machineDescriptionSchema = z.object({
  firmware: z.enum(['bios', 'uefi']).default('bios'),
  diskBus: z.enum(['virtio', 'sata', 'ide']).default('virtio'),
  networkCard: z.enum(['virtio', 'e1000']).default('virtio'),
  minimumCpus: z.int().min(1).max(64).default(1),
  minimumMemoryMiB: z.int().min(32).max(1_048_576).default(512),
  guestOs: z.enum(['linux', 'windows', 'other']).default('other'),
  /** `false` where no qemu-guest-agent answers in the guest. */
  hasGuestAgent: z.boolean().default(false),
});
export type MachineDescription = z.infer<typeof machineDescriptionSchema>;

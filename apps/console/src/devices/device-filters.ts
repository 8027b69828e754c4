import { z } from 'zod';

/** What narrows the list of devices; kept in the address, so that a view can be shared. */
export const deviceFiltersSchema = z.object({
  tab: z.enum(['tokens']).optional().catch(undefined),
  search: z.string().max(100).optional().catch(undefined),
  state: z.enum(['pending', 'active', 'revoked']).optional().catch(undefined),
  isOnline: z.enum(['true', 'false']).optional().catch(undefined),
});
export type DeviceFilters = z.infer<typeof deviceFiltersSchema>;

import { z } from 'zod';
import { permissionSchema } from '../permissions.ts';
import { idSchema, timeSchema } from './primitives.ts';
import { userSchema } from './user.ts';

/** The session of the request: who is signed in, and what they may do. */
export const sessionSchema = z.object({
  user: userSchema,
  /** Names of the roles the person was given, themselves or by a group; empty for people who only use workspaces. */
  roles: z.array(z.string()),
  /** Everything they may do somewhere. */
  permissions: z.array(permissionSchema),
  /** Of those, what they may do for some workspaces only, and for which. */
  limitedPermissions: z.array(
    z.object({ permission: permissionSchema, workspaceIds: z.array(idSchema('workspace')) }),
  ),
  expiresAt: timeSchema,
  /** Sent back as `X-CSRF-Token` with every change; empty for bearer sessions. */
  csrfToken: z.string(),
});
export type Session = z.infer<typeof sessionSchema>;

/** One of a person's open sessions, as they see them listed. */
export const sessionEntrySchema = z.object({
  id: idSchema('session'),
  /** `cookie`: a browser; `bearer`: the command line or another program. */
  transport: z.enum(['cookie', 'bearer']),
  /** The sign-in provider's display name; `null` for a password. */
  provider: z.string().nullable(),
  createdAt: timeSchema,
  lastUsedAt: timeSchema,
  expiresAt: timeSchema,
  /** Address the sign-in came from. */
  address: z.string(),
  /** What the program called itself at sign-in. */
  userAgent: z.string(),
  /** The session that asks. */
  isCurrent: z.boolean(),
});
export type SessionEntry = z.infer<typeof sessionEntrySchema>;

import { idSchema } from '@carrel/contract';
import { z } from 'zod';

/** Identities in addresses. */
export const imageParams = z.object({ imageId: idSchema('image') });
export const workspaceParams = z.object({ workspaceId: idSchema('workspace') });
export const planParams = z.object({ planId: idSchema('plan') });
export const deviceParams = z.object({ deviceId: idSchema('device') });

import { z } from 'zod';
import { instanceKeysSchema } from '../resources/instance-keys.ts';
import { settingNameSchema, settingSchema } from '../resources/instance-settings.ts';
import { keyIdSchema, keySchema } from '../resources/primitives.ts';
import { newSecretSchema, secretNameSchema, secretSchema } from '../resources/secret.ts';
import { allow, defineRoute } from './define-route.ts';

const tag = 'Instance';
const settingParams = z.object({ settingName: settingNameSchema });
const secretParams = z.object({ secretName: secretNameSchema });

export const instanceRoutes = {
  listSettings: defineRoute({
    id: 'listSettings',
    method: 'GET',
    path: '/api/v1/settings',
    tag,
    summary: 'Every setting of the instance and what it is set to',
    access: allow('instance.view'),
    status: 200,
    response: z.object({ items: z.array(settingSchema) }),
  }),
  setSetting: defineRoute({
    id: 'setSetting',
    method: 'PUT',
    path: '/api/v1/settings/{settingName}',
    tag,
    summary: 'Change a setting of the instance',
    access: allow('instance.manage'),
    params: settingParams,
    body: z.strictObject({ value: z.json() }),
    status: 200,
    response: settingSchema,
  }),
  resetSetting: defineRoute({
    id: 'resetSetting',
    method: 'DELETE',
    path: '/api/v1/settings/{settingName}',
    tag,
    summary: 'Give a setting of the instance its standard value again',
    access: allow('instance.manage'),
    params: settingParams,
    status: 200,
    response: settingSchema,
  }),
  listSecrets: defineRoute({
    id: 'listSecrets',
    method: 'GET',
    path: '/api/v1/secrets',
    tag,
    summary: 'Names of the secrets the server keeps; their values are never told',
    access: allow('instance.view'),
    status: 200,
    response: z.object({ items: z.array(secretSchema) }),
  }),
  putSecret: defineRoute({
    id: 'putSecret',
    method: 'PUT',
    path: '/api/v1/secrets/{secretName}',
    tag,
    summary: 'Keep a secret under a name, in place of what was there',
    access: allow('instance.manage'),
    params: secretParams,
    body: newSecretSchema,
    status: 200,
    response: secretSchema,
  }),
  deleteSecret: defineRoute({
    id: 'deleteSecret',
    method: 'DELETE',
    path: '/api/v1/secrets/{secretName}',
    tag,
    summary: 'Forget a secret',
    access: allow('instance.manage'),
    params: secretParams,
    status: 204,
  }),
  getInstanceKeys: defineRoute({
    id: 'getInstanceKeys',
    method: 'GET',
    path: '/api/v1/instance/keys',
    tag,
    summary: 'Which keys and certificates the instance works with, and since when',
    access: allow('instance.view'),
    status: 200,
    response: instanceKeysSchema,
  }),
  rotateLeaseKey: defineRoute({
    id: 'rotateLeaseKey',
    method: 'POST',
    path: '/api/v1/instance/lease-keys/rotate',
    tag,
    summary: 'Sign leases with a new key from now on',
    access: allow('instance.manage'),
    body: z.strictObject({
      /** Refuse at once what the earlier keys signed: for when one of them is known to somebody else. */
      isEarlierRefused: z.boolean().default(false),
    }),
    status: 200,
    response: instanceKeysSchema,
  }),
  rotateRepositoryKey: defineRoute({
    id: 'rotateRepositoryKey',
    method: 'POST',
    path: '/api/v1/instance/repository-keys/rotate',
    tag,
    summary: 'Pack with a new repository key from now on; what is packed already stays readable',
    access: allow('instance.manage'),
    body: z.strictObject({}),
    status: 200,
    response: instanceKeysSchema,
  }),
  getPackingKey: defineRoute({
    id: 'getPackingKey',
    method: 'GET',
    path: '/api/v1/packing-key',
    tag: 'Images',
    summary: 'The key to pack with, and the ids of those that new packs must not use; every call is audited',
    access: allow('images.publish'),
    status: 200,
    response: z.object({
      /** `null` before the first rotation: whoever packs first makes the key. */
      current: z.object({ keyId: keyIdSchema, key: keySchema }).nullable(),
      replaced: z.array(keyIdSchema),
    }),
  }),
};

import { z } from 'zod';
import { deviceSchema, enrolmentTokenSchema, newEnrolmentTokenSchema } from '../resources/device.ts';
import { idSchema, pageOf, pageQuerySchema } from '../resources/primitives.ts';
import { allow, defineRoute } from './define-route.ts';

const deviceParams = z.object({ deviceId: idSchema('device') });
const tag = 'Devices';

/** Devices as administrators see them. */
export const deviceRoutes = {
  listDevices: defineRoute({
    id: 'listDevices',
    method: 'GET',
    path: '/api/v1/devices',
    tag,
    summary: 'Devices with what runs on them',
    access: allow('devices.view'),
    query: pageQuerySchema,
    status: 200,
    response: pageOf(deviceSchema),
  }),
  getDevice: defineRoute({
    id: 'getDevice',
    method: 'GET',
    path: '/api/v1/devices/{deviceId}',
    tag,
    summary: 'One device',
    access: allow('devices.view'),
    params: deviceParams,
    status: 200,
    response: deviceSchema,
  }),
  createEnrolmentToken: defineRoute({
    id: 'createEnrolmentToken',
    method: 'POST',
    path: '/api/v1/enrolment-tokens',
    tag,
    summary: 'Make a token that enrols devices; it is shown this once',
    access: allow('devices.manage'),
    body: newEnrolmentTokenSchema,
    status: 201,
    response: enrolmentTokenSchema,
  }),
  revokeDevice: defineRoute({
    id: 'revokeDevice',
    method: 'POST',
    path: '/api/v1/devices/{deviceId}/revoke',
    tag,
    summary: 'Revoke a device: it gets no more leases and stops its workspaces at the next contact',
    access: allow('devices.manage'),
    params: deviceParams,
    status: 200,
    response: deviceSchema,
  }),
};

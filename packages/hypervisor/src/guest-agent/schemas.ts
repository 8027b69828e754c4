import { z } from 'zod';

/** Answers of qemu-guest-agent (qga/qapi-schema.json), as far as we use them. */
export const answers = {
  nothing: z.unknown().transform((): undefined => undefined),
  id: z.int(),
  info: z.object({
    version: z.string(),
    supported_commands: z.array(z.object({ name: z.string(), enabled: z.boolean() })),
  }),
  hostName: z.object({ 'host-name': z.string() }),
  interfaces: z.array(
    z.object({
      name: z.string(),
      'hardware-address': z.string().optional(),
      'ip-addresses': z
        .array(
          z.object({
            'ip-address': z.string(),
            'ip-address-type': z.enum(['ipv4', 'ipv6']),
            prefix: z.int(),
          }),
        )
        .default([]),
    }),
  ),
  exec: z.object({ pid: z.int() }),
  execStatus: z.object({
    exited: z.boolean(),
    exitcode: z.int().optional(),
    signal: z.int().optional(),
    'out-data': z.base64().default(''),
    'err-data': z.base64().default(''),
    'out-truncated': z.boolean().default(false),
    'err-truncated': z.boolean().default(false),
  }),
  fileRead: z.object({ count: z.int(), 'buf-b64': z.base64(), eof: z.boolean() }),
  fileWrite: z.object({ count: z.int(), eof: z.boolean() }),
} as const;

export const replySchema = z.union([
  z.object({ return: z.unknown() }),
  z.object({ error: z.object({ class: z.string(), desc: z.string() }) }),
]);

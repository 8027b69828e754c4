import {
  type Access,
  assignmentSettingsSchema,
  newWorkspacePolicySchema,
  problemContentType,
  problemSchema,
  type Route,
  routes,
  workspacePolicySchema,
} from '@carrel/contract';
import { z } from 'zod';
import { serverVersion } from './version.ts';

type Json = Readonly<Record<string, unknown>>;

/** Large schemas that many routes share are said once, by these names. What is written of a policy looks like one. */
const sharedSchemas: ReadonlyMap<z.core.$ZodType, string> = new Map<z.core.$ZodType, string>([
  [workspacePolicySchema, 'WorkspacePolicy'],
  [newWorkspacePolicySchema, 'WorkspacePolicy'],
  [assignmentSettingsSchema, 'AssignmentSettings'],
]);

/** The OpenAPI 3.1 document of the HTTP API, from the schemas that requests are judged by. */
export function buildOpenApiDocument(): Promise<object> {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of Object.values<Route>(routes)) {
    const operations = (paths[route.path] ??= {});
    operations[route.method.toLowerCase()] = operationOf(route);
  }
  return Promise.resolve({
    openapi: '3.1.0',
    info: {
      title: 'Carrel management server',
      version: serverVersion,
      description:
        'Every failure is a problem document (RFC 9457) whose `code` is stable. `x-permission` names what the caller must be allowed to do.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(Object.values<Route>(routes).map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        session: { type: 'http', scheme: 'bearer', description: 'Token of a sign-in with transport bearer.' },
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-carrel',
          description: 'Cookie of a sign-in with transport cookie; changes need X-CSRF-Token, too.',
        },
        device: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWS',
          description: 'Proof of a device for this one request; see docs/device-proof.md.',
        },
      },
      schemas: { Problem: jsonSchemaOf(problemSchema, 'output'), ...sharedComponents() },
    },
  });
}

function sharedComponents(): Json {
  const entries = [...sharedSchemas].flatMap(([schema, name]) =>
    (['input', 'output'] as const).map((io) => [
      componentName(name, io),
      jsonSchemaOf(schema as z.ZodType, io),
    ]),
  );
  return Object.fromEntries(entries) as Json;
}

/** What is sent may leave out what has a default; what is answered has everything. */
function componentName(name: string, io: 'input' | 'output'): string {
  return io === 'input' ? `${name}Input` : name;
}

function replaceByReference(node: Record<string, unknown>, name: string, io: 'input' | 'output'): void {
  for (const key of Object.keys(node)) Reflect.deleteProperty(node, key);
  node['$ref'] = `#/components/schemas/${componentName(name, io)}`;
}

function operationOf(route: Route): Json {
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    security: securityOf(route.access),
    ...(route.access.kind === 'permission' ? { 'x-permission': route.access.permission } : {}),
    parameters: [
      ...parametersOf(route.params, 'path'),
      ...parametersOf(route.query, 'query'),
      ...(route.needsRevision ? [ifMatch] : []),
      ...(route.takesRevision ? [{ ...ifMatch, required: false }] : []),
    ],
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: jsonSchemaOf(route.body, 'input') } },
          },
        }
      : {}),
    responses: {
      [String(route.status)]: successOf(route),
      default: {
        description: 'The failure, as a problem document',
        content: { [problemContentType]: { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

const ifMatch: Json = {
  name: 'If-Match',
  in: 'header',
  required: true,
  description: 'The ETag of what the change is based on, such as "3"',
  schema: { type: 'string' },
};

function successOf(route: Route): Json {
  if (route.streams) {
    const streams = route.streams.map((type) => [type, { schema: { type: 'string' } }] as const);
    return { description: 'A file', content: Object.fromEntries(streams) };
  }
  if (!route.response) return { description: 'Done' };
  const content = { 'application/json': { schema: jsonSchemaOf(route.response, 'output') } };
  return { description: 'Done', content };
}

function securityOf(access: Access): Json[] {
  switch (access.kind) {
    case 'public':
      return [];
    case 'device':
      return [{ device: [] }];
    case 'signed-in':
    case 'permission':
      return [{ session: [] }, { cookie: [] }];
  }
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return [];
  const object = objectShape.parse(jsonSchemaOf(schema, 'input'));
  return Object.entries(object.properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || object.required.includes(name),
    ...(typeof property['description'] === 'string' ? { description: property['description'] } : {}),
    schema: property,
  }));
}

const objectShape = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())),
  required: z.array(z.string()).default([]),
});

/** Brands of ids are transforms that change nothing: what goes in describes what comes out. */
function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const whole: z.core.$ZodType = schema;
  const json: Record<string, unknown> = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const shared = sharedSchemas.get(zodSchema);
      if (shared !== undefined && zodSchema !== whole) replaceByReference(jsonSchema, shared, io);
      if (io === 'output' && zodSchema instanceof z.ZodPipe && zodSchema.out instanceof z.ZodTransform) {
        Object.assign(jsonSchema, jsonSchemaOf(zodSchema.in as z.ZodType, io));
      }
    },
  });
  // The whole document says which dialect it is in.
  delete json['$schema'];
  return '$defs' in json ? withoutDefinitions(json) : json;
}

/** The one schema that contains itself is that of any JSON; references into a part of the document would lead nowhere. */
function withoutDefinitions({ $defs: _definitions, ...json }: Json): Json {
  return JSON.parse(JSON.stringify(json), (_key, value: unknown) => {
    const isInward =
      typeof value === 'object' && value !== null && '$ref' in value && isDefinition(value.$ref);
    return isInward ? {} : value;
  }) as Json;
}

function isDefinition(reference: unknown): boolean {
  return typeof reference === 'string' && reference.startsWith('#/$defs/');
}

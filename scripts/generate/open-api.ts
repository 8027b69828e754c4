import { buildOpenApiDocument } from '../../apps/server/src/openapi.ts';

/** docs/reference/openapi.json */
export async function renderOpenApi(): Promise<string> {
  return `${JSON.stringify(await buildOpenApiDocument(), null, 2)}\n`;
}

export { buildOpenApiDocument } from './openapi.ts';

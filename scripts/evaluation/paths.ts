import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Where the evaluation instance lives: `CARREL_EVALUATION`, else `.carrel/evaluation` in this checkout. */
const base = process.env['CARREL_EVALUATION'] ?? join(root, '.carrel/evaluation');

export const paths = {
  root,
  base,
  server: join(base, 'server'),
  agent: join(base, 'agent'),
  /** Sign-in and key ring of the evaluation, apart from the person's own. */
  config: join(base, 'config'),
  serverLog: join(base, 'server.log'),
  agentLog: join(base, 'agent.log'),
  disk: join(base, 'tiny.raw'),
  adminPassword: join(base, 'admin-password'),
  userPassword: join(base, 'demo-password'),
  /** What the instance was made with: its port. */
  settings: join(base, 'settings.json'),
  /** To be sourced by a shell that wants to use the instance. */
  environment: join(base, 'env'),
  recipe: join(root, 'recipes/tiny.yaml'),
  console: join(root, 'apps/console'),
} as const;

import { agentBeginSignInSchema, agentFinishSignInSchema, agentPaths } from '@carrel/contract/agent-api';
import type { FastifyInstance } from 'fastify';
import type { CodeSignIn } from '../sign-in/code-sign-in.ts';
import { parseInput } from './parse-input.ts';

/** Sign-ins that people finish in a browser. */
export function registerCodeSignInRoutes(app: FastifyInstance, codeSignIn: () => CodeSignIn): void {
  app.get(agentPaths.signInOptions, () => codeSignIn().options());
  app.post(agentPaths.beginSignIn, (request) =>
    codeSignIn().begin(parseInput(agentBeginSignInSchema, request.body)),
  );
  app.post(agentPaths.finishSignIn, (request) =>
    codeSignIn().finish(parseInput(agentFinishSignInSchema, request.body)),
  );
}

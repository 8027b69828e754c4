export type { PublishedApplication, PublishedMenu } from './applications.ts';
export { commandLineSchema } from './command-line.ts';
export {
  type ComputerNamePart,
  type ComputerNameVariable,
  computerNameLength,
  computerNamePatternSchema,
  computerNameVariables,
  parseComputerNamePattern,
} from './computer-name-pattern.ts';
export type { PolicyFault } from './fault.ts';
export { parseAddress } from './ip-address.ts';
export { defaultMemoryTable, type MemoryRow, memoryRowSchema } from './performance.ts';
export { type SetupVariable, setupVariables } from './setup-text.ts';
export { type SetupAction } from './vm-setup.ts';
export { type WebPlace, type WebRule } from './web.ts';
export { normalEscapes, type ParsedWebRule, parseWebRule, type UrlPattern } from './web-rule.ts';
export {
  newWorkspacePolicySchema,
  policySchemaVersion,
  type WorkspacePolicy,
  workspacePolicySchema,
} from './workspace-policy.ts';

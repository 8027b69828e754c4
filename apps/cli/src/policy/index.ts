export { effectLines } from './effect-lines.ts';
export { registerPolicyCommands } from './policy-commands.ts';
export { printPreview } from './print-preview.ts';

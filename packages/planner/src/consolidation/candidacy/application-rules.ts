import { z } from 'zod';

/** An application that must not run in a guest. */
export const applicationRuleSchema = z.strictObject({
  name: z.string().trim().min(1).describe('Part of its name, in any case.'),
  version: z.string().trim().default('').describe('Beginning of its version; empty: every one.'),
  reason: z.string().trim().min(1).describe('Who says so.'),
});
export type ApplicationRule = z.infer<typeof applicationRuleSchema>;

/** What the book names (L3225). */
export const defaultApplicationRules: readonly ApplicationRule[] = [
  { name: 'Speech Server', version: '', reason: 'its vendor does not support it in a guest (L3225)' },
  {
    name: 'Exchange Server 2007 Unified Messaging',
    version: '',
    reason: 'its vendor does not support this role in a guest (L3225)',
  },
];

/** Whether the rule speaks of the application. */
export function isForbidden(
  rule: ApplicationRule,
  application: { readonly name: string; readonly version: string },
): boolean {
  return (
    application.name.toLowerCase().includes(rule.name.toLowerCase()) &&
    application.version.startsWith(rule.version)
  );
}

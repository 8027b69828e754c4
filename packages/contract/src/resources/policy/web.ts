import { z } from 'zod';
import { findRepeated, type PolicyFault } from './fault.ts';
import { parseWebRule } from './web-rule.ts';

const placeSchema = z.enum(['workspace', 'host', 'unchanged']);
export type WebPlace = z.infer<typeof placeSchema>;

const webRuleSchema = z.strictObject({
  kind: z
    .enum(['domain-suffix', 'ip-prefix', 'all-local', 'url'])
    .describe(
      'domain-suffix: example.com and every name below it; ip-prefix: 10.1, 192.0.2.7, 10.0.0.0/8 or an IPv6 network; all-local: names without a dot; url: an address whose host and path may hold *.',
    ),
  value: z.string().trim().max(2000).default('').describe('Empty for all-local.'),
});
export type WebRule = z.infer<typeof webRuleSchema>;

/** The tab Web: which addresses open in the guest's browser and which in the computer's. */
export const webSchema = z.strictObject({
  listed: placeSchema
    .default('unchanged')
    .describe(
      'Where addresses of the list open. unchanged: where they were asked for, which is the default because nothing moves unless it is said.',
    ),
  others: placeSchema
    .default('unchanged')
    .describe('Where every other address opens. unchanged: where it was asked for.'),
  rules: z
    .array(webRuleSchema)
    .max(10_000)
    .default([])
    .describe('The list. The first rule that fits is named as the reason.'),
});

/** What each rule means, and what they say against each other. Ten thousand are not taken apart at every reading. */
export function checkWeb(tab: z.output<typeof webSchema>): PolicyFault[] {
  const meaningless = tab.rules.flatMap((rule, index): PolicyFault[] => {
    const parsed = parseWebRule(rule);
    return 'fault' in parsed ? [{ path: ['web', 'rules', index, 'value'], message: parsed.fault }] : [];
  });
  const repeated = findRepeated(
    tab.rules,
    ({ kind, value }) => `${kind} ${value}`,
    ({ value }, index): PolicyFault => ({
      path: ['web', 'rules', index, 'value'],
      message: `the rule ${value === '' ? 'all-local' : value} is there twice`,
    }),
  );
  return [...meaningless, ...repeated];
}

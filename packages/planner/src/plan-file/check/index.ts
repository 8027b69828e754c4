import type { Finding } from '../finding.ts';
import type { Plan } from '../plan-schema.ts';
import { checkImages } from './check-images.ts';
import { checkNames } from './check-names.ts';
import { checkNetwork } from './check-network.ts';
import { checkPeople } from './check-people.ts';

export { error, warning } from './findings.ts';

/** How the parts of a plan fit together: everything that is wrong, and what should be known, at once. */
export function checkParts(plan: Plan): Finding[] {
  return [...checkNames(plan), ...checkNetwork(plan), ...checkPeople(plan), ...checkImages(plan)];
}

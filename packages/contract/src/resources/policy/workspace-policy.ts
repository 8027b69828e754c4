import { z } from 'zod';
import { applicationsSchema, checkApplications } from './applications.ts';
import { deliverySchema } from './delivery.ts';
import type { PolicyFault } from './fault.ts';
import { generalSchema } from './general.ts';
import { checkNetwork, networkSchema } from './network.ts';
import { checkPerformance, performanceSchema } from './performance.ts';
import { checkVirtualMachine, virtualMachineSchema } from './virtual-machine.ts';
import { checkVmSetup, vmSetupSchema } from './vm-setup.ts';
import { checkWeb, webSchema } from './web.ts';

/**
 * A workspace's policy: one object a tab. Every field has a default, so `{}` is a valid policy, and one stored before a
 * field existed is read with its default. Reads what was once accepted; what a person writes is held against
 * {@link newWorkspacePolicySchema}.
 */
export const workspacePolicySchema = z.strictObject({
  general: generalSchema.prefault({}),
  virtualMachine: virtualMachineSchema.prefault({}),
  applications: applicationsSchema.prefault({}),
  web: webSchema.prefault({}),
  vmSetup: vmSetupSchema.prefault({}),
  network: networkSchema.prefault({}),
  performance: performanceSchema.prefault({}),
  delivery: deliverySchema.prefault({}),
});
export type WorkspacePolicy = z.infer<typeof workspacePolicySchema>;

/** The version of the schema above, written into leases and exports. Version 1 had fewer fields and reads as this one. */
export const policySchemaVersion = 2;

/** A policy as a person may save it: its fields also agree with each other. */
export const newWorkspacePolicySchema = workspacePolicySchema.superRefine((policy, context) => {
  for (const { path, message } of checkWorkspacePolicy(policy)) {
    context.addIssue({ code: 'custom', path: [...path], message });
  }
});

/** What the fields of a policy say against each other, each with the tab and field to change. */
export function checkWorkspacePolicy(policy: WorkspacePolicy): PolicyFault[] {
  return [
    ...checkVirtualMachine(policy.virtualMachine),
    ...checkApplications(policy.applications),
    ...checkWeb(policy.web),
    ...checkVmSetup(policy.vmSetup),
    ...checkNetwork(policy.network),
    ...checkPerformance(policy.performance),
    ...checkAcrossTabs(policy),
  ];
}

function checkAcrossTabs({ virtualMachine, vmSetup, network }: WorkspacePolicy): PolicyFault[] {
  const needsNetwork = new Set(['join-domain', 'check-connectivity']);
  return vmSetup.actions.flatMap(({ kind }, index): PolicyFault[] => {
    const path = ['vmSetup', 'actions', index, 'kind'] as const;
    const faults: PolicyFault[] = [];
    if (kind === 'join-domain' && virtualMachine.persistence === 'revertible') {
      faults.push({
        path,
        message:
          'a revertible workspace forgets its domain at every stop: expected no join-domain, or virtualMachine.persistence persistent',
      });
    }
    if (needsNetwork.has(kind) && network.mode === 'none') {
      faults.push({ path, message: `${kind} needs a network: expected network.mode nat or bridge` });
    }
    return faults;
  });
}

import type { workspaceBundleSchema } from '@carrel/contract';
import type { z } from 'zod';
import type { Design, InstanceDesign } from '../decisions/index.ts';
import type { Workspace } from '../plan-file/index.ts';
import { transferRulesOf } from './transfer-rules.ts';

/** What `carrel workspace apply` reads: only what differs from the defaults. */
export type WorkspaceFiles = z.input<typeof workspaceBundleSchema>;

/** The longest that an assignment may allow, in hours. */
const longestOfflineHours = 24 * 365;

/** The channel that a pilot ring follows. */
export const pilotChannel = 'pilot';

const pilotSuffix = ' (pilot)';
const longestName = 100;

/** What the workspace of the pilot ring, and the group it is granted to, are called. */
function pilotNameOf(workspace: string): string {
  return `${workspace.slice(0, longestName - pilotSuffix.length)}${pilotSuffix}`;
}

/**
 * The workspaces of an instance, each granted to a group of its name; with a pilot ring each once more, from the channel
 * that has new versions first.
 */
export function workspaceFilesOf(
  design: Design,
  instance: InstanceDesign,
  imageNames: ReadonlyMap<string, string>,
): WorkspaceFiles {
  const used = new Set(instance.workspaces);
  const workspaces = design.plan.workspaces.filter(({ name }) => used.has(name));
  const ringsOf = ({ name }: Workspace): { name: string; channel: string }[] => [
    { name, channel: 'production' },
    ...(design.plan.delivery.pilotHours > 0 ? [{ name: pilotNameOf(name), channel: pilotChannel }] : []),
  ];
  return {
    workspaces: workspaces
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((workspace) =>
        ringsOf(workspace).map(({ name, channel }) => ({
          name,
          description: `From the plan ${design.plan.name}`,
          image: imageNames.get(workspace.image) ?? workspace.image,
          channel,
          policy: {
            virtualMachine: { persistence: workspace.persistence, ...updatesOf(workspace) },
            delivery: deliveryOf(design, instance, workspace),
          },
          assignments: [{ group: name, settings: { offlineLimitHours: offlineHoursOf(workspace) } }],
        })),
      ),
  };
}

/** Updates come within their service level; what people changed in a persistent workspace is not taken from them. */
function updatesOf({ persistence, serviceLevels }: Workspace): {
  updateMode?: 'force';
  forceAfterHours?: number;
} {
  if (persistence === 'persistent') return {};
  return { updateMode: 'force', forceAfterHours: Math.min(8760, Math.floor(serviceLevels.updateHours)) };
}

function deliveryOf(
  { plan, distribution }: Design,
  instance: InstanceDesign,
  { name }: Workspace,
): { transferRate: string; useHostFiles: boolean; useOfficePeers: boolean } {
  const places = new Set(
    distribution
      .filter((choice) => choice.instance === instance.name && choice.workspace === name)
      .map(({ location }) => location),
  );
  const locations = plan.locations.filter((location) => places.has(location.name));
  return {
    transferRate: transferRulesOf(plan.delivery, locations),
    useHostFiles: true,
    useOfficePeers: locations.some(({ hasOfficePeers }) => hasOfficePeers),
  };
}

/** Whole hours, never more than planned. */
function offlineHoursOf({ offlineLimitHours: hours }: Workspace): number | null {
  return hours === null ? null : Math.min(longestOfflineHours, Math.floor(hours));
}

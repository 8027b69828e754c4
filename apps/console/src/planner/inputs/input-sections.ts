import type { PlanList } from '../editing/plan-settings.ts';

/** A list of a plan as it is edited. */
export interface ListSection {
  readonly list: PlanList;
  readonly columns: readonly string[];
  readonly hasDetails: boolean;
  readonly addLabel: string;
  readonly empty: string;
}

/** How every list of a plan is edited: its columns, and whether a row opens for the rest. */
export const listSections: Readonly<Record<PlanList, ListSection>> = {
  locations: {
    list: 'locations',
    columns: [
      'name',
      'users',
      'uplink.to',
      'uplink.bandwidthMbitPerSecond',
      'uplink.latencyMs',
      'uplink.otherTrafficShare',
    ],
    hasDetails: true,
    addLabel: 'Add a location',
    empty: 'No locations yet. Copy them from a spreadsheet, with or without headings, into the first row.',
  },
  travellers: {
    list: 'travellers',
    columns: ['from', 'to', 'users'],
    hasDetails: false,
    addLabel: 'Add travellers',
    empty: 'Nobody works at several locations.',
  },
  trustDomains: {
    list: 'trustDomains',
    columns: ['name', 'isTrusted'],
    hasDetails: false,
    addLabel: 'Add a domain',
    empty: 'Everybody signs in to the domain of the servers.',
  },
  separations: {
    list: 'separations',
    columns: ['name', 'kind', 'reason', 'locations', 'workspaces'],
    hasDetails: false,
    addLabel: 'Add a separation',
    empty: 'Neither organisation nor law sets anybody apart.',
  },
  images: {
    list: 'images',
    columns: ['name', 'sizeGb', 'dataGb', 'packedGb', 'origin', 'update.everyDays', 'update.changedGb'],
    hasDetails: true,
    addLabel: 'Add an image',
    empty: 'No images yet.',
  },
  workspaces: {
    list: 'workspaces',
    columns: [
      'name',
      'image',
      'serviceLevels.initialLoadHours',
      'serviceLevels.updateHours',
      'offlineLimitHours',
      'distribution',
    ],
    hasDetails: true,
    addLabel: 'Add a workspace',
    empty: 'No workspaces yet: one is an image with a policy, for some people.',
  },
  consoles: {
    list: 'consoles',
    columns: ['location', 'count'],
    hasDetails: false,
    addLabel: 'Add consoles',
    empty: 'Administrators work where the server stands.',
  },
};

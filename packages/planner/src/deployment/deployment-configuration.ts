import { fail } from '@carrel/contract';
import type { Design, InstanceDesign } from '../decisions/index.ts';
import { type PlannedSetting, settingsOf } from './instance-settings.ts';
import { slugsOf } from './slug.ts';
import { type WorkspaceFiles, workspaceFilesOf } from './workspace-files.ts';

/** What it takes to make a design true with Carrel as it is. */
export interface Deployment {
  readonly instances: readonly InstanceDeployment[];
}

export interface InstanceDeployment {
  readonly instance: InstanceDesign;
  /** Name of a folder for its files. */
  readonly folder: string;
  readonly workspaces: WorkspaceFiles;
  readonly settings: readonly PlannedSetting[];
  readonly images: readonly DeployedImage[];
  /** Where each location finds the images; its name server answers with the address of that repository. */
  readonly imageSources: readonly ImageSource[];
  /** How long a pilot ring works with a new version before everybody gets it; 0: there is none. */
  readonly pilotHours: number;
  /** Computers to be enrolled. */
  readonly devices: readonly { readonly location: string; readonly count: number }[];
  /** Workspaces whose first version is carried to a location or staged there. */
  readonly carried: readonly {
    readonly location: string;
    readonly workspace: string;
    readonly technique: 'pre-stage' | 'removable-media';
  }[];
  /** Locations whose networks go into `officePeersNetworks`. */
  readonly peerLocations: readonly string[];
}

export interface DeployedImage {
  /** What the plan calls it. */
  readonly planned: string;
  /** What it is called in repositories. */
  readonly name: string;
}

export interface ImageSource {
  readonly location: string;
  readonly repository: string;
  readonly standsAt: string;
}

/**
 * The configuration that makes an accepted design true.
 *
 * @throws {PLAN_NOT_DEPLOYABLE} it is a design for another product
 */
export function deploymentConfiguration(design: Design): Deployment {
  const { profile, instances, plan } = design;
  if (profile.name !== 'carrel') throw fail('PLAN_NOT_DEPLOYABLE', { product: profile.title });
  const folders = slugsOf(instances.map(({ name }) => name));
  const imageNames = slugsOf(plan.images.map(({ name }) => name).toSorted());
  return {
    instances: instances.map((instance) => ({
      instance,
      folder: folders.get(instance.name) ?? instance.name,
      workspaces: workspaceFilesOf(design, instance, imageNames),
      settings: settingsOf(design),
      images: imagesOf(design, instance, imageNames),
      pilotHours: plan.delivery.pilotHours,
      ...placesOf(design, instance),
    })),
  };
}

function imagesOf(
  { plan }: Design,
  instance: InstanceDesign,
  imageNames: ReadonlyMap<string, string>,
): DeployedImage[] {
  const used = new Set(instance.workspaces);
  const images = new Set(plan.workspaces.filter(({ name }) => used.has(name)).map(({ image }) => image));
  return [...images].toSorted().map((planned) => ({ planned, name: imageNames.get(planned) ?? planned }));
}

function placesOf(
  design: Design,
  instance: InstanceDesign,
): Pick<InstanceDeployment, 'imageSources' | 'devices' | 'carried' | 'peerLocations'> {
  const choices = design.distribution.filter((choice) => choice.instance === instance.name);
  const standing = new Map(design.repositories.map(({ name, location }) => [name, location]));
  const sources = new Map<string, ImageSource>();
  for (const { location, repository } of choices) {
    const standsAt = repository === undefined ? undefined : standing.get(repository);
    if (repository !== undefined && standsAt !== undefined)
      sources.set(location, { location, repository, standsAt });
  }
  const places = new Set(choices.map(({ location }) => location));
  return {
    imageSources: [...sources.values()],
    devices: instance.population.map(({ location, users }) => ({ location, count: users })),
    carried: choices.flatMap(({ location, workspace, technique }) =>
      technique === 'network' ? [] : [{ location, workspace, technique }],
    ),
    peerLocations: design.plan.locations
      .filter(({ name, hasOfficePeers }) => hasOfficePeers && places.has(name))
      .map(({ name }) => name)
      .toSorted(),
  };
}

/** Why a link made something necessary. */
export interface LinkPressure {
  /** Lower end of the link. */
  readonly link: number;
  readonly kind: 'initial' | 'update';
  /** Workspace that misses its service level by most. */
  readonly workspace: number;
  readonly totalBytes: number;
  readonly seconds: number;
  readonly limitSeconds: number;
}

/** A place where repositories stand, for every realm that has clients below it. */
export interface Site {
  readonly node: number;
  readonly realm: number;
  /** `undefined` for the first repository of a realm, and for one that stands already. */
  readonly pressure: LinkPressure | undefined;
}

/** Where images are loaded from. */
export interface Placement {
  /** By `siteKey`. */
  readonly sites: ReadonlyMap<string, Site>;
  /** Links over which first versions do not come, unless the plan says so; with the reason. */
  readonly relieved: ReadonlyMap<number, LinkPressure>;
}

export const siteKey = (node: number, realm: number): string => `${node}/${realm}`;

/** Something that is wrong with a plan, or that whoever answers for it should know. */
export interface Finding {
  /** With an error there is no design; a warning goes into the document. */
  readonly severity: 'error' | 'warning';
  /** Stable, such as `PLAN_LINK_CYCLE`. */
  readonly code: FindingCode;
  /** Field by its place in the plan, such as `locations[3].uplink.to`; empty for the plan as a whole. */
  readonly path: string;
  /** One sentence: what is the matter, with the names and numbers. */
  readonly message: string;
  /** One sentence: what to do about it. */
  readonly remedy: string;
}

/** Every kind of finding, with what it means; the reference of the plan file lists them. */
export const findingCodes = {
  PLAN_FIELD_INVALID: 'A field is missing, unknown, or not what it may be.',
  PLAN_NAME_TWICE: 'Two things of one kind have the same name, so that it is unclear which one is meant.',
  PLAN_NAME_UNKNOWN: 'A name refers to something that the plan does not have.',
  PLAN_NO_USERS: 'Nobody works anywhere, or a workspace is for nobody.',
  PLAN_NO_LOCATIONS: 'There is no location.',
  PLAN_NO_WORKSPACES: 'There is no workspace, so there is nothing to plan for.',
  PLAN_LINK_CYCLE: 'Uplinks lead back to where they began.',
  PLAN_NETWORK_SPLIT: 'Several locations have no uplink, and are not called isolated.',
  PLAN_ISOLATED_WITH_UPLINK: 'A location is isolated and has an uplink at the same time.',
  PLAN_HOURS_REVERSED: 'Working hours end before they begin.',
  PLAN_IMAGE_SIZES: 'Sizes of an image contradict each other.',
  PLAN_POPULATION: 'More people get a workspace than there are.',
  PLAN_POPULATION_TWICE: 'A location is listed twice in the population of a workspace.',
  PLAN_USERS_WITHOUT_WORKSPACE: 'People are counted who get no workspace.',
  PLAN_TRAVELLERS: 'More people travel than are based at the location.',
  PLAN_IMAGE_UNUSED: 'No workspace runs the image.',
  PLAN_SEPARATION_EMPTY: 'A separation names neither locations nor workspaces.',
  PLAN_NO_BANDWIDTH: 'Downloads may never take anything of a link.',
  PLAN_SERVER_PLACE: 'A server is wanted where none may stand.',
  PLAN_REPOSITORY_PLACE: 'A repository stands where none may stand.',
  PLAN_REPOSITORY_UNUSED: 'Nobody loads from a repository that stands already.',
  PLAN_REPOSITORY_OUTSIDE_LAW:
    'A repository holds images of a group outside of the locations that law keeps it in.',
  PLAN_SERVICE_LEVEL_UNREACHABLE: 'No design can meet the service level.',
  PLAN_SERVICE_LEVEL_MISSED: 'The design misses the service level.',
  PLAN_SERVICE_LEVEL_UNSURE:
    'The design meets the service level line by line; full in turn, lines could miss it.',
  PLAN_OFFLINE_TOO_SHORT: 'People stop working before a failed server is back.',
  PLAN_BEYOND_MEASURED: 'An instance is larger than any that was measured.',
  PLAN_IMAGES_ALIKE: 'Images could be combined into one.',
} as const;
export type FindingCode = keyof typeof findingCodes;

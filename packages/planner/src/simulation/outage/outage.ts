/** Something that fails for a while. */
export interface Outage {
  readonly component: 'server' | 'database' | 'repository' | 'link';
  /** Instance of the server or database, repository, or location below the link. */
  readonly name: string;
  /** Seconds after Monday 00:00 UTC. */
  readonly startsAtSeconds: number;
  readonly hours: number;
}

/** What an outage comes to. Times in seconds after its start; plain data. */
export interface OutageResult extends Outage {
  /** People who have no contact with their server. */
  readonly withoutContact: number;
  /** People who get no new or changed images. */
  readonly withoutImages: number;
  /** Whether there are no reports, and events wait on the clients. */
  readonly hasNoReports: boolean;
  /** Events that wait when it is over, and their size. */
  readonly waitingEvents: number;
  readonly waitingBytes: number;
  /** People who had to stop working, or could not begin. */
  readonly stopped: number;
  /** `undefined`: nobody stopped. */
  readonly firstStopSeconds: number | undefined;
  /** Working hours of those who could not work. */
  readonly lostHours: number;
  readonly lostCost: number;
  /** Those without contact, by location and workspace. */
  readonly groups: readonly OutageGroup[];
  /** People who cannot work though it is time to, over the outage, in equal steps. */
  readonly overTime: readonly { readonly atSeconds: number; readonly people: number }[];
}

export interface OutageGroup {
  readonly location: string;
  readonly workspace: string;
  readonly users: number;
  readonly stopped: number;
  readonly firstStopSeconds: number | undefined;
  readonly lastStopSeconds: number | undefined;
  readonly lostHours: number;
}

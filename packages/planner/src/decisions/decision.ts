/** Where a number of a decision comes from. */
export type NumberOrigin = 'input' | 'assumed' | 'profile' | 'derived';

/** A number that a decision rests on. */
export interface PlanNumber {
  readonly name: string;
  readonly value: number;
  /** Such as `B`, `GB`, `Mbit/s`, `s`, `h`, `users`; empty for a bare factor. */
  readonly unit: string;
  readonly origin: NumberOrigin;
}

/** What a decision was made by. */
export interface Rule {
  /** Stable, such as `instances.users`. */
  readonly id: string;
  /** The rule in one sentence, with its formula. */
  readonly text: string;
  /** The document and section it is from. */
  readonly source: string;
}

export interface Alternative {
  readonly answer: string;
  /** Why it was not chosen. */
  readonly why: string;
}

/** What would change the answer. */
export interface Flip {
  readonly when: string;
  readonly then: string;
}

/** One decision of the planning guide, answered for a plan. */
export interface Decision {
  /** What is decided, such as `instances.count`; the same for every subject. */
  readonly id: DecisionId;
  /** Step of the planning guide. */
  readonly step: 1 | 2 | 3 | 4;
  /** The instance, location or workspace it is about; empty for the plan as a whole. */
  readonly subject: string;
  readonly question: string;
  readonly answer: string;
  readonly rule: Rule;
  readonly numbers: readonly PlanNumber[];
  readonly alternatives: readonly Alternative[];
  readonly flips: readonly Flip[];
}

export type DecisionId =
  | 'scope.population'
  | 'scope.images'
  | 'instances.count'
  | 'instances.reason'
  | 'server.form-factor'
  | 'server.place'
  | 'server.backup'
  | 'database.size'
  | 'database.writes'
  | 'database.place'
  | 'database.standby'
  | 'consoles'
  | 'distribution.technique'
  | 'repositories.count'
  | 'repository.reason'
  | 'repository.disk'
  | 'repository.concurrency'
  | 'repository.web-servers'
  | 'failure.server'
  | 'failure.database'
  | 'failure.repository'
  | 'failure.link';

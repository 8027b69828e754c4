import type { Limits } from './limits.ts';

export const profileNames = ['carrel', 'medv-1.0'] as const;
export type ProfileName = (typeof profileNames)[number];

/** A product that plans are made for. */
export interface ProductProfile {
  readonly name: ProfileName;
  readonly title: string;
  readonly limits: Limits;
  /** Where each limit comes from: a document, or a measurement. */
  readonly sources: Readonly<Record<keyof Limits, string>>;
}

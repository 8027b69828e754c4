import type { ReactNode } from 'react';
import classes from './status-badge.module.css';

/** How a state should feel to the reader; the words beside it carry the meaning. */
export type Tone = 'neutral' | 'info' | 'good' | 'warn' | 'bad';

export interface StatusBadgeProps {
  readonly tone: Tone;
  readonly children: ReactNode;
  /** Without the dot, for names rather than states. */
  readonly plain?: boolean;
}

export function StatusBadge({ tone, children, plain = false }: StatusBadgeProps): ReactNode {
  return (
    <span className={classes.badge} data-tone={tone}>
      {plain ? null : <span className={classes.dot} aria-hidden />}
      {children}
    </span>
  );
}

import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './inputs.module.css';

/** A finding of the planner, or of tables. */
export interface Fault {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}

export interface FaultListProps {
  readonly findings: readonly Fault[];
  readonly id?: string;
}

/** What the planner says of a field or a row, with the way out. */
export function FaultList({ findings, id }: FaultListProps): ReactNode {
  if (findings.length === 0) return null;
  return (
    <ul className={classes.faults} id={id}>
      {findings.map((finding) => (
        <li key={`${finding.path} ${finding.code} ${finding.message}`} data-severity={finding.severity}>
          {finding.severity === 'error' ? (
            <IconAlertTriangle size={15} aria-label="Error" />
          ) : (
            <IconInfoCircle size={15} aria-label="Note" />
          )}
          <span>
            {finding.message} <span className={classes.remedy}>{finding.remedy}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './live-mark.module.css';
import { useLiveState } from './live-provider.tsx';

const words = {
  connecting: { label: 'Connecting', why: 'Opening the stream of changes.' },
  live: { label: 'Live', why: 'Changes show here as they happen.' },
  reconnecting: {
    label: 'Reconnecting',
    why: 'The stream of changes was lost. What you see may be out of date until it is back.',
  },
} as const;

/** Says whether what is on the screen keeps itself current. */
export function LiveMark(): ReactNode {
  const state = useLiveState();
  return (
    <Tooltip label={words[state].why} events={{ hover: true, focus: true, touch: true }}>
      <span className={classes.mark} data-state={state} role="status" tabIndex={0}>
        <span className={classes.dot} aria-hidden />
        {words[state].label}
      </span>
    </Tooltip>
  );
}

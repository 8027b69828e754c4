import type { StoredEvent } from '@carrel/contract';
import { IconAlertTriangle, IconCircleX, IconInfoCircle } from '@tabler/icons-react';
import { memo, type ReactNode } from 'react';
import { formatEventTime } from '../ui/index.ts';
import classes from './event-list.module.css';
import { eventSentence } from './event-sentence.ts';

const icons = {
  information: IconInfoCircle,
  warning: IconAlertTriangle,
  error: IconCircleX,
} as const satisfies Record<StoredEvent['severity'], unknown>;

export interface EventRowProps {
  readonly event: StoredEvent;
  /** Place in the list, from 1. */
  readonly position: number;
  /** How many there are; -1 while that is not known. */
  readonly total: number;
  readonly onOpen: (event: StoredEvent) => void;
}

/** One event in the list. */
export const EventRow = memo(function EventRow({ event, position, total, onOpen }: EventRowProps): ReactNode {
  const Icon = icons[event.severity];
  const sentence = eventSentence(event);
  const places = [event.hostName, event.user, event.workspaceName].filter(
    (place): place is string => place !== null && place !== '',
  );
  return (
    <article
      className={classes.row}
      data-severity={event.severity}
      aria-posinset={position}
      aria-setsize={total}
      aria-label={`${event.severity}: ${sentence}`}
    >
      <Icon size={18} stroke={1.8} className={classes.icon} aria-hidden />
      <div className={classes.text}>
        <button type="button" className={classes.message} onClick={() => onOpen(event)}>
          {sentence}
        </button>
        <span className={classes.places}>{places.join(' · ')}</span>
      </div>
      <div className={classes.side}>
        <time dateTime={event.clientTime} className="number">
          {formatEventTime(event.clientTime, Date.now())}
        </time>
        <span className={classes.code}>{event.code}</span>
      </div>
    </article>
  );
});

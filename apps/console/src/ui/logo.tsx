import type { ReactNode } from 'react';
import classes from './logo.module.css';

/** The mark (a desk with its walls) and the name. */
export function Logo(): ReactNode {
  return (
    <span className={classes.logo}>
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden>
        <rect width="32" height="32" rx="8" fill="#4755d8" />
        <g fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round">
          <path d="M8 24V10a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v14" />
          <path d="M8 18.5h16" />
        </g>
        <circle cx="16" cy="13.2" r="1.9" fill="#fff" />
      </svg>
      <span className={classes.name}>Carrel</span>
    </span>
  );
}

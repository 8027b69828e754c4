import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './command-block.module.css';

export interface CommandBlockProps {
  readonly command: string;
  /** What the command does, for the copy button's name. */
  readonly label: string;
}

/** A command exactly as it is typed, with a button that copies it. */
export function CommandBlock({ command, label }: CommandBlockProps): ReactNode {
  return (
    <div className={classes.block}>
      <pre className={classes.text} tabIndex={0} role="region" aria-label={label}>
        <code>{command}</code>
      </pre>
      <CopyButton value={command} timeout={1500}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy'}>
            <ActionIcon onClick={copy} aria-label={`Copy: ${label}`} className={classes.copy}>
              {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}

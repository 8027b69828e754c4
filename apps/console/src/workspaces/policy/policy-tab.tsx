import { Text } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { PolicySetting } from './policy-setting.tsx';
import type { Section } from './policy-settings.ts';
import classes from './policy-tab.module.css';
import { groupsOf, type SettingGroup } from './tab-layout.ts';

export interface PolicyTabProps {
  readonly section: Section;
  /** Before the groups: what is not part of the policy and belongs here all the same. */
  readonly children?: ReactNode;
}

/** Every setting of one tab of the policy. */
export function PolicyTab({ section, children }: PolicyTabProps): ReactNode {
  return (
    <div className={classes.tab}>
      {children}
      {groupsOf(section).map((group) => (
        <Group key={group.settings[0]} group={group} />
      ))}
    </div>
  );
}

function Group({ group }: { readonly group: SettingGroup }): ReactNode {
  const headingId = useId();
  const settings = group.settings.map((path) => <PolicySetting key={path} path={path} />);
  const named = group.title === undefined ? {} : { role: 'group', 'aria-labelledby': headingId };
  return (
    <div className={classes.group} {...named}>
      {group.title === undefined ? null : (
        <div className={classes.head}>
          <h2 className={classes.title} id={headingId}>
            {group.title}
          </h2>
          {group.description === undefined ? null : (
            <Text size="sm" c="dimmed">
              {group.description}
            </Text>
          )}
        </div>
      )}
      {group.isGrid === true ? <div className={classes.grid}>{settings}</div> : settings}
    </div>
  );
}

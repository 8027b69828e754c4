import { type Image, type ImageVersion, routes } from '@carrel/contract';
import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconArchive,
  IconArrowUpRight,
  IconDots,
  IconInfoCircle,
  IconShieldCheck,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { describeError } from '../ui/index.ts';
import type { MoveChannelTarget } from './move-channel-dialog.tsx';

export interface VersionMenuProps {
  readonly image: Image;
  readonly version: ImageVersion;
  readonly mayPublish: boolean;
  readonly onPromote: (target: MoveChannelTarget) => void;
  readonly onShow: (version: ImageVersion) => void;
  readonly onRetire: (version: ImageVersion) => void;
}

/** What can be done with a version in its present state. */
export function VersionMenu(props: VersionMenuProps): ReactNode {
  const { image, version } = props;
  const navigate = useNavigate();
  const verify = useChange(routes.verifyVersion, {
    invalidates: [queryKeys.tasks],
    onDone: () => void navigate({ to: '/tasks' }),
  });
  const others = image.channels.filter((channel) => channel.versionNumber !== version.number);
  const isPointedAt = others.length < image.channels.length;
  const startVerify = (): void =>
    verify.mutate(
      { params: { imageId: version.imageId, number: version.number } },
      {
        onError: (error) => {
          const problem = describeError(error);
          notifications.show({ color: 'red.8', title: problem.message, message: problem.remedy });
        },
      },
    );
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={`Actions for version ${version.number}`}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconInfoCircle size={16} aria-hidden />}
          onClick={() => props.onShow(version)}
        >
          Details
        </Menu.Item>
        {props.mayPublish ? (
          <>
            <Menu.Item leftSection={<IconShieldCheck size={16} aria-hidden />} onClick={startVerify}>
              Verify every byte
            </Menu.Item>
            {version.state === 'published'
              ? others.map((channel) => (
                  <Menu.Item
                    key={channel.name}
                    leftSection={<IconArrowUpRight size={16} aria-hidden />}
                    onClick={() =>
                      props.onPromote({ kind: 'existing', name: channel.name, versionNumber: version.number })
                    }
                  >
                    {version.number < channel.versionNumber ? 'Roll back' : 'Promote'} {channel.name} to v
                    {version.number}
                  </Menu.Item>
                ))
              : null}
            {version.state === 'published' ? (
              <Menu.Item
                leftSection={<IconArrowUpRight size={16} aria-hidden />}
                onClick={() => props.onPromote({ kind: 'new', versionNumber: version.number })}
              >
                New channel at v{version.number}
              </Menu.Item>
            ) : null}
            {version.state === 'retired' ? null : (
              <Menu.Item
                c="var(--carrel-bad)"
                disabled={isPointedAt}
                leftSection={<IconArchive size={16} aria-hidden />}
                onClick={() => props.onRetire(version)}
              >
                {isPointedAt ? 'Retire (a channel points at it)' : 'Retire'}
              </Menu.Item>
            )}
          </>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}

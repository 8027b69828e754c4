import type { Channel, Image } from '@carrel/contract';
import { Button, Group, Text } from '@mantine/core';
import { IconGitBranch, IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Card, TimeAgo } from '../ui/index.ts';
import classes from './channel-cards.module.css';
import type { MoveChannelTarget } from './move-channel-dialog.tsx';

export interface ChannelCardsProps {
  readonly image: Image;
  readonly mayMove: boolean;
  readonly onMove: (target: MoveChannelTarget) => void;
}

/** Where each channel of an image points, and since when. */
export function ChannelCards({ image, mayMove, onMove }: ChannelCardsProps): ReactNode {
  return (
    <Card
      title="Channels"
      description="Workspaces follow a channel; moving it is how a version reaches people."
      actions={
        mayMove && image.latestVersion !== null ? (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => onMove({ kind: 'new' })}
          >
            New channel
          </Button>
        ) : undefined
      }
    >
      {image.channels.length === 0 ? (
        <Text size="sm" c="dimmed">
          No channel yet. A published version gets one with “New channel”, or with carrel image publish.
        </Text>
      ) : (
        <ul className={classes.grid}>
          {image.channels.map((channel) => (
            <li key={channel.name} className={classes.channel}>
              <ChannelCard channel={channel} mayMove={mayMove} onMove={onMove} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function ChannelCard({
  channel,
  mayMove,
  onMove,
}: Omit<ChannelCardsProps, 'image'> & { readonly channel: Channel }): ReactNode {
  return (
    <>
      <Group justify="space-between" wrap="nowrap">
        <Group gap={7} wrap="nowrap">
          <IconGitBranch size={16} aria-hidden color="var(--carrel-info-dot)" />
          <Text fw={600} size="sm">
            {channel.name}
          </Text>
        </Group>
        <Text fw={650} className="number">
          v{channel.versionNumber}
        </Text>
      </Group>
      <Group justify="space-between" align="flex-end" wrap="nowrap">
        <Text size="xs" c="dimmed" component="div">
          Moved <TimeAgo time={channel.updatedAt} />
          <br />
          by {channel.updatedBy}
        </Text>
        {mayMove ? (
          <Button
            size="xs"
            variant="light"
            aria-label={`Move channel ${channel.name}`}
            onClick={() => onMove({ kind: 'existing', name: channel.name })}
          >
            Move
          </Button>
        ) : null}
      </Group>
    </>
  );
}

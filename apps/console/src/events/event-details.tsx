import type { StoredEvent } from '@carrel/contract';
import { Drawer, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { type Fact, Facts, formatTime, StatusBadge, TextLink, type Tone } from '../ui/index.ts';
import { eventSentence } from './event-sentence.ts';

const toneOfSeverity: Readonly<Record<StoredEvent['severity'], Tone>> = {
  information: 'info',
  warning: 'warn',
  error: 'bad',
};

export interface EventDetailsProps {
  /** Open while there is one. */
  readonly event: StoredEvent | undefined;
  readonly onClose: () => void;
}

/** Everything that was recorded of one event. */
export function EventDetails({ event, onClose }: EventDetailsProps): ReactNode {
  return (
    <Drawer opened={event !== undefined} onClose={onClose} position="right" title={event?.code ?? ''}>
      {event === undefined ? null : (
        <Stack gap="lg">
          <div>
            <StatusBadge tone={toneOfSeverity[event.severity]}>{event.severity}</StatusBadge>
            <Text mt={8} fw={550}>
              {eventSentence(event)}
            </Text>
          </div>
          <Facts facts={factsOf(event)} />
          {Object.keys(event.fields).length === 0 ? null : (
            <Facts
              facts={Object.entries(event.fields).map(([label, value]) => ({ label, value: String(value) }))}
            />
          )}
        </Stack>
      )}
    </Drawer>
  );
}

function factsOf(event: StoredEvent): readonly Fact[] {
  const facts: Fact[] = [
    { label: 'Happened', value: formatTime(event.clientTime) },
    { label: 'Received', value: formatTime(event.receivedTime) },
    {
      label: 'Computer',
      value:
        event.deviceId === null ? (
          event.hostName
        ) : (
          <TextLink to="/devices/$deviceId" params={{ deviceId: event.deviceId }}>
            {event.hostName}
          </TextLink>
        ),
    },
    { label: 'User', value: event.user },
  ];
  if (event.workspaceName !== null) {
    const { workspaceId, workspaceName } = event;
    facts.push({
      label: 'Workspace',
      value:
        workspaceId === null ? (
          workspaceName
        ) : (
          <TextLink to="/workspaces/$workspaceId" params={{ workspaceId }}>
            {workspaceName}
          </TextLink>
        ),
    });
  }
  if (event.guestName !== null) facts.push({ label: 'Guest', value: event.guestName });
  if (event.agentVersion !== null) facts.push({ label: 'Agent', value: event.agentVersion });
  if (event.sequence !== null) facts.push({ label: 'Number on the device', value: event.sequence });
  return facts;
}

import { Button, Code, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { ProblemAlert } from './problem-alert.tsx';

export interface TypedConfirmationProps {
  readonly title: string;
  /** What will happen, and to whom. */
  readonly children: ReactNode;
  /** What has to be typed, so that nobody does this to the wrong thing. */
  readonly expected: string;
  readonly confirmLabel: string;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks for the thing's name before something that cannot be taken back. Mount it to open it. */
export function TypedConfirmation(props: TypedConfirmationProps): ReactNode {
  const [typed, setTyped] = useState('');
  const isRight = typed.trim() === props.expected;
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isRight) props.onConfirm();
  };
  return (
    <Modal opened onClose={props.onClose} title={props.title}>
      <form onSubmit={onSubmit}>
        <Stack gap="md">
          <Text size="sm" component="div">
            {props.children}
          </Text>
          <TextInput
            label={
              <>
                Type <Code>{props.expected}</Code> to confirm
              </>
            }
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
          {props.error ? <ProblemAlert error={props.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={props.onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red.8" disabled={!isRight} loading={props.isPending}>
              {props.confirmLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

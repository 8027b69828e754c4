import { Modal, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useRef } from 'react';
import { queryKeys } from '../api/index.ts';
import type { Session } from './session-query.ts';
import { SignInForm } from './sign-in-form.tsx';
import { useSession } from './use-session.ts';

/** When a session ends under somebody's hands: sign in over the page, so that nothing typed is lost. */
export function SessionEnded(): ReactNode {
  const session = useSession();
  const queryClient = useQueryClient();
  const last = useRef<Session | undefined>(undefined);
  if (session) last.current = session;
  const hasEnded = session === null && last.current !== undefined;
  const onSignedIn = (next: Session): void => {
    // Another person must not see what the one before had loaded.
    if (next.user.id !== last.current?.user.id) window.location.reload();
    else
      void queryClient.invalidateQueries({
        predicate: (query) => query.queryKey[0] !== queryKeys.session[0],
      });
  };
  return (
    <Modal
      opened={hasEnded}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title="Your session ended"
      zIndex={400}
      overlayProps={{ blur: 14, backgroundOpacity: 0.7 }}
    >
      <Stack gap="md">
        <Text size="sm">Sign in again to go on where you were. What you have typed is still here.</Text>
        {hasEnded ? (
          <SignInForm userName={last.current?.user.userName ?? ''} onSignedIn={onSignedIn} />
        ) : null}
      </Stack>
    </Modal>
  );
}

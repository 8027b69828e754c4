import { routes } from '@carrel/contract';
import { isAppError } from '@carrel/kit';
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, type SubmitEvent, useEffect, useRef, useState } from 'react';
import { queryKeys, useApi } from '../api/index.ts';
import { ProblemAlert, retryAfterSeconds } from '../ui/index.ts';
import { ReplacePasswordForm } from './replace-password-form.tsx';
import type { Session } from './session-query.ts';
import { useCountdown } from './use-countdown.ts';

/** Wrong passwords in a row that lock an account; the server does not say so, lest it tell which accounts exist. */
const lockingTries = 5;

export interface SignInFormProps {
  /** Filled in already when a session has ended. */
  readonly userName?: string;
  readonly onSignedIn: (session: Session) => void;
}

/** User name and password. The first empty field has the focus; Enter sends. */
export function SignInForm({ userName: knownName = '', onSignedIn }: SignInFormProps): ReactNode {
  const api = useApi();
  const queryClient = useQueryClient();
  const [userName, setUserName] = useState(knownName);
  const [password, setPassword] = useState('');
  const [wrongTries, setWrongTries] = useState(0);
  const passwordField = useRef<HTMLInputElement>(null);
  const signIn = useMutation({
    mutationFn: () => api.call(routes.signIn, { body: { userName: userName.trim(), password } }),
    onSuccess: (session) => {
      queryClient.setQueryData(queryKeys.session, session);
      onSignedIn(session);
    },
    onError: (error) => {
      if (isAppError(error, 'SIGN_IN_FAILED')) setWrongTries((count) => count + 1);
      setPassword('');
      if (!isAppError(error, 'PASSWORD_CHANGE_REQUIRED')) passwordField.current?.focus();
    },
  });
  const mustChange = isAppError(signIn.error, 'PASSWORD_CHANGE_REQUIRED');
  const waitSeconds = useCountdown(retryAfterSeconds(signIn.error), signIn.failureCount);
  useEffect(() => {
    if (knownName !== '') passwordField.current?.focus();
  }, [knownName]);
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (waitSeconds === 0 && userName.trim() !== '' && password !== '') signIn.mutate();
  };
  if (mustChange) {
    return <ReplacePasswordForm userName={userName.trim()} onReplaced={() => signIn.reset()} />;
  }
  return (
    <form onSubmit={onSubmit} aria-label="Sign in">
      <Stack gap="md">
        <TextInput
          label="User name"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus={knownName === ''}
          required
          withAsterisk={false}
          value={userName}
          onChange={(event) => setUserName(event.currentTarget.value)}
        />
        <PasswordInput
          ref={passwordField}
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {signIn.error ? <ProblemAlert error={signIn.error} /> : null}
        {signIn.error && wrongTries >= lockingTries ? (
          <Text size="sm" role="status">
            After {lockingTries} wrong tries an account is locked for 15 minutes, and even the right password
            is refused. Wait, or ask another administrator for a new password.
          </Text>
        ) : null}
        <Button type="submit" size="md" fullWidth loading={signIn.isPending} disabled={waitSeconds > 0}>
          {waitSeconds > 0 ? `Try again in ${waitSeconds} s` : 'Sign in'}
        </Button>
      </Stack>
    </form>
  );
}

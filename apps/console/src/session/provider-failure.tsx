import { type ErrorCode, errorCatalogue } from '@carrel/contract';
import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** Why a sign-in at a provider led back without a session. The address says the code and nothing else. */
export function ProviderFailure({ code }: { readonly code: string }): ReactNode {
  const remedy = isKnown(code) ? errorCatalogue[code].remedy : 'Try again, or sign in with a password.';
  return (
    <Alert
      role="alert"
      color="red"
      variant="outline"
      icon={<IconAlertTriangle />}
      title="Signing in at the provider did not work"
    >
      <Text size="sm">
        {remedy} <span className="mono">{code}</span>
      </Text>
    </Alert>
  );
}

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}

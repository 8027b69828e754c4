import { type InstanceKeys, routes } from '@carrel/contract';
import { Button, Checkbox, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queryKeys, useApi, useChange } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import { Card, ConfirmDialog, Facts, formatTime, Loaded, StatusBadge, TimeAgo } from '../ui/index.ts';
import classes from './keys-panel.module.css';

/** Which keys and certificates the instance works with, and since when. */
export function KeysPanel(): ReactNode {
  const api = useApi();
  const query = useQuery({
    queryKey: queryKeys.keys,
    queryFn: ({ signal }) => api.call(routes.getInstanceKeys, { signal }),
  });
  return <Loaded query={query}>{(keys) => <Keys keys={keys} />}</Loaded>;
}

function Keys({ keys }: { readonly keys: InstanceKeys }): ReactNode {
  const mayManage = useMay('instance.manage');
  const [rotating, setRotating] = useState<'lease' | 'repository'>();
  const { masterKey, certificates, leaseKeys, repositoryKeys } = keys;
  const close = (): void => setRotating(undefined);
  return (
    <Stack gap="lg">
      <Card
        title="Master key and certificates"
        description="The master key wraps every other secret. It is replaced on the server: carrel server rotate-master-key."
      >
        <Facts
          facts={[
            {
              label: 'Master key comes from',
              value: masterKey.source === 'file' ? 'a file' : 'the environment',
            },
            {
              label: 'Replaced',
              value: masterKey.rotatedAt === null ? 'never' : formatTime(masterKey.rotatedAt),
            },
            { label: 'Server certificate ends', value: formatTime(certificates.serverEndsAt) },
            { label: 'Authority ends', value: formatTime(certificates.authorityEndsAt) },
          ]}
        />
      </Card>
      <Card
        title="Lease keys"
        description="The first signs permissions; the others still verify what they signed before."
        actions={
          mayManage ? (
            <Button variant="default" onClick={() => setRotating('lease')}>
              Replace lease key
            </Button>
          ) : undefined
        }
      >
        <ul className={classes.keys}>
          {leaseKeys.map((key) => (
            <li key={key.kid} className={classes.key}>
              <span className="mono">{key.kid}</span>
              <StatusBadge tone={key.isSigning ? 'good' : 'neutral'}>
                {key.isSigning ? 'signs' : 'verifies'}
              </StatusBadge>
              <Text span size="xs" c="dimmed">
                <TimeAgo time={key.createdAt} />
              </Text>
            </li>
          ))}
        </ul>
      </Card>
      <Card
        title="Repository keys"
        description="Images are packed with the newest; what is packed already stays readable."
        actions={
          mayManage ? (
            <Button variant="default" onClick={() => setRotating('repository')}>
              Replace repository key
            </Button>
          ) : undefined
        }
      >
        {repositoryKeys.length === 0 ? (
          <Text size="sm" c="dimmed">
            None yet: whoever packs first makes it.
          </Text>
        ) : (
          <ul className={classes.keys}>
            {repositoryKeys.map((key) => (
              <li key={key.keyId} className={classes.key}>
                <span className="mono">{key.keyId}</span>
                <StatusBadge tone={key.isReplaced ? 'neutral' : 'good'}>
                  {key.isReplaced ? 'replaced' : 'in use'}
                </StatusBadge>
                <Text span size="xs" c="dimmed">
                  {key.versionCount === 1 ? '1 version' : `${key.versionCount} versions`},{' '}
                  <TimeAgo time={key.createdAt} />
                </Text>
              </li>
            ))}
          </ul>
        )}
      </Card>
      {rotating === 'lease' ? <RotateLeaseDialog onClose={close} /> : null}
      {rotating === 'repository' ? <RotateRepositoryDialog onClose={close} /> : null}
    </Stack>
  );
}

function RotateLeaseDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [isEarlierRefused, setIsEarlierRefused] = useState(false);
  const rotate = useChange(routes.rotateLeaseKey, { invalidates: [queryKeys.keys], onDone: onClose });
  return (
    <ConfirmDialog
      title="Replace the lease key"
      confirmLabel="Replace"
      isPending={rotate.isPending}
      error={rotate.error}
      onConfirm={() => rotate.mutate({ body: { isEarlierRefused } })}
      onClose={onClose}
    >
      <Stack gap="sm">
        <span>
          Permissions are signed with a new key from now on. Computers learn it at their next contact.
        </span>
        <Checkbox
          label="Refuse at once what earlier keys signed"
          description="For when one of them is known to somebody else. Computers that are offline cannot start workspaces until they make contact."
          checked={isEarlierRefused}
          onChange={(event) => setIsEarlierRefused(event.currentTarget.checked)}
        />
      </Stack>
    </ConfirmDialog>
  );
}

function RotateRepositoryDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const rotate = useChange(routes.rotateRepositoryKey, { invalidates: [queryKeys.keys], onDone: onClose });
  return (
    <ConfirmDialog
      title="Replace the repository key"
      confirmLabel="Replace"
      isPending={rotate.isPending}
      error={rotate.error}
      onConfirm={() => rotate.mutate({ body: {} })}
      onClose={onClose}
    >
      New versions are packed with a new key. They share no blocks with versions packed before, so the next
      version of each image is fetched in full.
    </ConfirmDialog>
  );
}

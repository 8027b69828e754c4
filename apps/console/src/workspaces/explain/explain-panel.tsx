import { type Explanation, idSchema, routes, type Workspace } from '@carrel/contract';
import { Stack, Text } from '@mantine/core';
import { IconHelpCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queryKeys, useApi } from '../../api/index.ts';
import { Card, EmptyState, Loaded } from '../../ui/index.ts';
import { ExplainedGrants } from './explained-grants.tsx';
import { ExplainedOutcome } from './explained-outcome.tsx';
import { ExplainedValues } from './explained-values.tsx';
import { UserChoice } from './user-choice.tsx';

/** What one person may do with a workspace, and which grant says so. */
export function ExplainPanel({ workspace }: { readonly workspace: Workspace }): ReactNode {
  const [userId, setUserId] = useState<string | null>(null);
  return (
    <Card
      title="Who gets what"
      description="What a person may do with this workspace, all their grants taken together, and why."
    >
      <Stack gap="lg">
        <UserChoice label="Person" value={userId} onChange={setUserId} />
        {userId === null ? (
          <EmptyState icon={<IconHelpCircle size={26} />} title="Choose a person">
            Their own assignments and those of every group they are in are put together here, as they are when
            their computer asks.
          </EmptyState>
        ) : (
          <ExplanationOf key={userId} workspace={workspace} userId={userId} />
        )}
      </Stack>
    </Card>
  );
}

interface ExplanationOfProps {
  readonly workspace: Workspace;
  readonly userId: string;
}

function ExplanationOf({ workspace, userId }: ExplanationOfProps): ReactNode {
  const api = useApi();
  const query = useQuery({
    queryKey: [...queryKeys.workspaces, workspace.id, 'explanation', userId],
    queryFn: ({ signal }) =>
      api.call(routes.explainPolicy, {
        query: { userId: idSchema('user').parse(userId), workspaceId: workspace.id },
        signal,
      }),
  });
  return <Loaded query={query}>{(explanation) => <Explained explanation={explanation} />}</Loaded>;
}

function Explained({ explanation }: { readonly explanation: Explanation }): ReactNode {
  const [workspace] = explanation.workspaces;
  if (workspace === undefined) return <Text size="sm">No assignment reaches them.</Text>;
  return (
    <Stack gap="lg" aria-live="polite">
      <ExplainedOutcome user={explanation.user} workspace={workspace} />
      {workspace.values.length === 0 ? null : <ExplainedValues workspace={workspace} />}
      {workspace.grants.length === 0 ? null : <ExplainedGrants workspace={workspace} />}
    </Stack>
  );
}

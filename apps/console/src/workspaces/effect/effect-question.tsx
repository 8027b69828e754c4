import { type PreviewedChange, routes } from '@carrel/contract';
import { Button, Stack } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useApi } from '../../api/index.ts';
import { Loaded } from '../../ui/index.ts';
import { EffectSummary } from './effect-summary.tsx';

export interface EffectQuestionProps {
  /** What is asked about; `undefined` while it is not valid. */
  readonly change: PreviewedChange | undefined;
  /** Asks at once, instead of when somebody wants to know. */
  readonly isAsked?: boolean;
}

/** What a change would alter, for whom, before it is made. The answer goes when the change becomes another. */
export function EffectQuestion({ change, isAsked = false }: EffectQuestionProps): ReactNode {
  const key = JSON.stringify(change);
  const [askedKey, setAskedKey] = useState<string>();
  const isShown = change !== undefined && (isAsked || askedKey === key);
  return (
    <Stack gap="sm">
      {isShown ? (
        <Answer change={change} changeKey={key} />
      ) : (
        <Button
          variant="subtle"
          size="compact-sm"
          style={{ alignSelf: 'flex-start' }}
          leftSection={<IconEye size={15} aria-hidden />}
          disabled={change === undefined}
          onClick={() => setAskedKey(key)}
        >
          What would this change?
        </Button>
      )}
    </Stack>
  );
}

interface AnswerProps {
  readonly change: PreviewedChange;
  readonly changeKey: string;
}

function Answer({ change, changeKey }: AnswerProps): ReactNode {
  const api = useApi();
  const query = useQuery({
    queryKey: ['preview', changeKey],
    queryFn: ({ signal }) => api.call(routes.previewChange, { body: change, signal }),
    staleTime: 0,
    gcTime: 0,
  });
  return <Loaded query={query}>{(effect) => <EffectSummary effect={effect} />}</Loaded>;
}

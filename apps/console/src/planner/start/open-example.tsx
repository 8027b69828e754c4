import { Button, Modal } from '@mantine/core';
import { IconBuildingFactory2 } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProblemAlert } from '../../ui/index.ts';
import { useNewPlan } from '../use-new-plan.ts';

/** Keeps a copy of the worked example, to look at and to change. */
export function OpenExample(): ReactNode {
  const { create, isPending, error, reset } = useNewPlan('decisions');
  const open = useMutation({
    mutationFn: async () => {
      const [{ readPlanText }, { default: text }] = await Promise.all([
        import('./read-plan-file.ts'),
        import('../../../../../examples/planning/plan.yaml?raw'),
      ]);
      create(readPlanText(text, 'the example'));
    },
  });
  const problem = error ?? open.error;
  const onClose = (): void => {
    reset();
    open.reset();
  };
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconBuildingFactory2 size={16} aria-hidden />}
        loading={open.isPending || isPending}
        onClick={() => open.mutate()}
      >
        Open the example
      </Button>
      {problem ? (
        <Modal opened onClose={onClose} title="The example was not opened">
          <ProblemAlert error={problem} />
        </Modal>
      ) : null}
    </>
  );
}

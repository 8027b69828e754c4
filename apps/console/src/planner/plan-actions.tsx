import { routes, type StoredPlan } from '@carrel/contract';
import { Button, Group, Menu, Modal, Stack, TextInput } from '@mantine/core';
import { IconCopy, IconDots, IconDownload, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { queryKeys, useChange } from '../api/index.ts';
import { useMay } from '../session/index.ts';
import { ProblemAlert, saveFile, TypedConfirmation } from '../ui/index.ts';
import type { PlanDraft } from './editing/plan-draft.ts';
import { fileNameOf, planYaml } from './outputs/plan-files.ts';

export interface PlanActionsProps {
  readonly plan: StoredPlan;
  /** As it is being written. */
  readonly draft: PlanDraft;
}

/** What can be done with a plan as a whole. */
export function PlanActions({ plan, draft }: PlanActionsProps): ReactNode {
  const mayEdit = useMay('plans.edit');
  const [open, setOpen] = useState<'copy' | 'delete'>();
  const close = (): void => setOpen(undefined);
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button variant="default" leftSection={<IconDots size={16} aria-hidden />}>
            Actions
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() => saveFile(fileNameOf(plan.name, 'yaml'), planYaml(draft), 'application/yaml')}
          >
            Download the plan file
          </Menu.Item>
          {mayEdit ? (
            <>
              <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={() => setOpen('copy')}>
                Copy
              </Menu.Item>
              <Menu.Item
                c="var(--carrel-bad)"
                leftSection={<IconTrash size={16} aria-hidden />}
                onClick={() => setOpen('delete')}
              >
                Delete
              </Menu.Item>
            </>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {open === 'copy' ? <CopyDialog plan={plan} onClose={close} /> : null}
      {open === 'delete' ? <DeleteDialog plan={plan} onClose={close} /> : null}
    </>
  );
}

interface DialogProps {
  readonly plan: StoredPlan;
  readonly onClose: () => void;
}

function CopyDialog({ plan, onClose }: DialogProps): ReactNode {
  const navigate = useNavigate();
  const [name, setName] = useState(`${plan.name} - 2`);
  const copy = useChange(routes.clonePlan, {
    invalidates: [queryKeys.plans],
    onDone: ({ id }) => {
      onClose();
      void navigate({ to: '/planner/$planId', params: { planId: id } });
    },
  });
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    copy.mutate({ params: { planId: plan.id }, body: { name: name.trim() } });
  };
  return (
    <Modal opened onClose={onClose} title={`Copy ${plan.name}`}>
      <form onSubmit={onSubmit}>
        <Stack gap="md">
          <TextInput
            label="Name"
            description="The copy is of the version that was saved last."
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          {copy.error ? <ProblemAlert error={copy.error} /> : null}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={copy.isPending} disabled={name.trim() === ''}>
              Copy
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function DeleteDialog({ plan, onClose }: DialogProps): ReactNode {
  const navigate = useNavigate();
  const remove = useChange(routes.deletePlan, {
    invalidates: [[...queryKeys.plans, 'list']],
    onDone: () => void navigate({ to: '/planner', ignoreBlocker: true }),
  });
  return (
    <TypedConfirmation
      title={`Delete ${plan.name}`}
      expected={plan.name}
      confirmLabel="Delete plan"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { planId: plan.id } })}
      onClose={onClose}
    >
      The plan is gone for everybody. What was deployed from it stays as it is.
    </TypedConfirmation>
  );
}

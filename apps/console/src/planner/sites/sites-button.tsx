import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAddressBook } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useMay } from '../../session/index.ts';
import type { PlanForm } from '../editing/use-plan-form.ts';
import { SitesDialog } from './sites-dialog.tsx';
import { withSites } from './with-sites.ts';

/** Takes locations from the sites of a directory, for whoever may see directories. */
export function SitesButton({ form }: { readonly form: PlanForm }): ReactNode {
  const maySee = useMay('users.view', 'somewhere');
  const mayPlan = useMay('plans.edit');
  const [isOpen, open] = useDisclosure(false);
  if (!maySee || !mayPlan || form.isReadOnly) return null;
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconAddressBook size={14} aria-hidden />}
        onClick={open.open}
      >
        From a directory
      </Button>
      {isOpen ? (
        <SitesDialog
          onTake={(sites) => {
            form.change((draft) => withSites(draft, sites));
            open.close();
          }}
          onClose={open.close}
        />
      ) : null}
    </>
  );
}

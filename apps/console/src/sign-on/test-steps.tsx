import type { CallOutput, DirectoryStep, routes } from '@carrel/contract';
import { Text } from '@mantine/core';
import { IconCircleCheck, IconCircleMinus, IconCircleX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './test-steps.module.css';

const stepWords: Readonly<Record<DirectoryStep['step'], string>> = {
  resolve: 'Find the server’s address',
  connect: 'Reach the server',
  certificate: 'Check its certificate',
  bind: 'Sign in with the account that reads',
  base: 'Find the place to search below',
  'find-user': 'Find the person',
  groups: 'Read their groups',
  authenticate: 'Sign in as the person',
};
const icons = { ok: IconCircleCheck, failed: IconCircleX, skipped: IconCircleMinus } as const;
const outcomeWords = { ok: 'works', failed: 'fails', skipped: 'not tried' } as const;

/** How a test of a directory went, step by step. */
export function TestSteps({
  result,
}: {
  readonly result: CallOutput<typeof routes.testDirectory>;
}): ReactNode {
  return (
    <section className={classes.steps} aria-label="Steps of the test">
      <Text size="sm" fw={600} role="status">
        {result.isWorking ? 'It works.' : 'It does not work yet.'}
      </Text>
      <ol className={classes.list}>
        {result.steps.map((step, index) => (
          <Step key={index} step={step} />
        ))}
      </ol>
    </section>
  );
}

function Step({ step }: { readonly step: DirectoryStep }): ReactNode {
  const Icon = icons[step.outcome];
  return (
    <li className={classes.step} data-outcome={step.outcome}>
      <Icon size={18} aria-label={outcomeWords[step.outcome]} className={classes.icon} />
      <div className={classes.text}>
        <Text size="sm" fw={550}>
          {stepWords[step.step]}{' '}
          <Text span size="xs" c="dimmed">
            {step.server} {step.outcome === 'skipped' ? '' : `${step.durationMs} ms`}
          </Text>
        </Text>
        {step.detail === '' ? null : <Text size="sm">{step.detail}</Text>}
        {step.remedy === null ? null : (
          <Text size="sm">
            {step.remedy} <span className="mono">{step.code}</span>
          </Text>
        )}
      </div>
    </li>
  );
}

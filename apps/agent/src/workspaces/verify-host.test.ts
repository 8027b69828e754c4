import { randomUUID } from 'node:crypto';
import type { Lease } from '@carrel/contract';
import { expect, it } from 'vitest';
import { verifyHost } from './verify-host.ts';

const never = new AbortController().signal;

function leaseWith(command: string | null, isRequired = true, timeoutSeconds = 20): Lease {
  const general = { hostVerification: { command, isRequired, timeoutSeconds } };
  return {
    workspaceName: 'Desk',
    userName: 'ada',
    workspaceId: randomUUID(),
    policy: { general },
  } as unknown as Lease;
}

async function check(lease: Lease, signal = never): Promise<unknown[]> {
  const recorded: unknown[] = [];
  await verifyHost(
    lease,
    {
      record: (code, fields) => {
        recorded.push(code, fields);
        return 1;
      },
    },
    signal,
  );
  return recorded;
}

it('lets a computer through that passes, or where nothing is checked', async () => {
  expect(await check(leaseWith('test -d "/tmp"'))).toEqual([]);
  expect(await check(leaseWith(null))).toEqual([]);
});

it('refuses a computer that does not pass, and says what the check said', async () => {
  await expect(check(leaseWith('echo The scanner is out of date.; exit 3'))).rejects.toMatchObject({
    code: 'HOST_VERIFICATION_FAILED',
    details: { workspace: 'Desk', reason: 'exit code 3: The scanner is out of date.' },
  });
});

it('only records it where the policy does not require the check', async () => {
  expect(await check(leaseWith('exit 1', false))).toEqual([
    'WORKSPACE-014',
    { workspace: 'Desk', reason: 'exit code 1' },
  ]);
});

it('ends a check that takes too long, with all it started', async () => {
  const slow = leaseWith('sleep 600 & sleep 600', true, 1);
  await expect(check(slow)).rejects.toMatchObject({
    details: { reason: 'it did not end within 1 s' },
  });
});

it('ends with the start that waits for it', async () => {
  const given = new AbortController();
  const checked = check(leaseWith('sleep 600'), given.signal);
  given.abort();
  await expect(checked).rejects.toMatchObject({ name: 'AbortError' });
});

it('gives the check nothing of the agent to see', async () => {
  await expect(check(leaseWith('env; exit 1'))).rejects.toMatchObject({
    details: { reason: expect.not.stringContaining('CARREL') as string },
  });
});

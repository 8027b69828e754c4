import { type WorkspaceStatus } from '@carrel/contract';
import { agentPaths, type Operation, operationSchema } from '@carrel/contract/agent-api';
import { AppError, type ErrorClass, exitCodeByClass, type ProgressListener } from '@carrel/kit';
import type { AgentLink } from './agent-link.ts';
import { describeReceipt } from './receipt.ts';

const waitMs = 1_000;

export interface WorkspaceAction {
  readonly action: Operation['action'];
  readonly workspace: string;
  readonly userName?: string;
  readonly force?: boolean;
  /** Start: on the version that ran last. */
  readonly isVersionKept?: boolean;
  /** Update: what is put aside was understood. */
  readonly isConfirmed?: boolean;
  /** Unlock: of the person whose workspace it is. */
  readonly password?: string;
  /** Pull: an OCI layout here; absolute. */
  readonly from?: string;
}

/**
 * Asks the agent for an action and follows it to its end.
 *
 * @returns the workspace's state afterwards; `null` where it is gone
 * @throws what the action failed with
 */
export async function runOperation(
  agent: AgentLink,
  action: WorkspaceAction,
  onProgress: ProgressListener,
): Promise<WorkspaceStatus | null> {
  let operation = await agent.call('POST', agentPaths.actions, operationSchema, action);
  while (operation.state === 'running') {
    report(operation, onProgress);
    const path = `${agentPaths.operations}/${encodeURIComponent(operation.id)}?waitMs=${waitMs}`;
    operation = await agent.call('GET', path, operationSchema);
  }
  if (operation.error) throw toError(operation.error);
  return operation.status;
}

function report(operation: Operation, onProgress: ProgressListener): void {
  const fetching = operation.status?.fetch;
  if (!fetching) {
    onProgress({ phase: operation.phase });
    return;
  }
  const receipt = operation.status?.receipt;
  const note = receipt && describeReceipt(receipt);
  onProgress({
    phase: operation.phase,
    doneBytes: fetching.doneBytes,
    totalBytes: fetching.totalBytes,
    ...(note !== undefined && { note }),
  });
}

function toError(error: NonNullable<Operation['error']>): AppError {
  const classes = Object.keys(exitCodeByClass) as ErrorClass[];
  const errorClass = classes.find((name) => exitCodeByClass[name] === error.exitCode) ?? 'other';
  return new AppError({ ...error, errorClass, httpStatus: 500, retryable: false });
}

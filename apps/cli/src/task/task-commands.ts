import { fail, routes, type Task } from '@carrel/contract';
import { AppError } from '@carrel/kit';
import type { Command } from 'commander';
import { allItems, openServer } from '../connection/index.ts';
import type { CliContext } from '../context.ts';
import { printList } from '../terminal/print-list.ts';
import { showProgress } from '../terminal/progress.ts';

const pollMs = 500;

/** `carrel task …`. */
export function registerTaskCommands(program: Command, context: CliContext): void {
  const task = program.command('task').description('Long-running operations of the server');
  task
    .command('list')
    .description('List operations, newest first')
    .option('--json', 'print one JSON line a task')
    .action(async (options: { json?: true }) => {
      await using server = await openServer(context);
      const items = allItems((page) =>
        server.api.call(routes.listTasks, { query: page, signal: context.signal }),
      );
      await printList(context.terminal, items, {
        isJson: options.json === true,
        whenEmpty: 'The server has run no long operation yet.',
        columns: [
          { heading: 'TASK', value: (item) => item.id },
          { heading: 'STATE', value: (item) => item.state },
          { heading: 'WHAT', value: (item) => item.title },
          { heading: 'BEGAN', value: (item) => item.createdAt },
          { heading: 'BY', value: (item) => item.createdBy },
        ],
      });
    });
  task
    .command('watch')
    .description('Show progress until the operation ends; its failure is the exit code')
    .argument('<task-id>')
    .option('--json', 'print the ended task as one JSON line')
    .action((taskId: string, options: { json?: true }) => watchTask(context, taskId, options.json === true));
  task
    .command('cancel')
    .description('Ask an operation to stop')
    .argument('<task-id>')
    .action(async (taskId: string) => {
      await using server = await openServer(context);
      const asked = await server.api.call(routes.cancelTask, { params: { taskId }, signal: context.signal });
      context.terminal.note(`Asked ${asked.title} to stop.`);
    });
}

/** Shows the progress of an operation of the server until it ends. @throws its failure; {CANCELLED} */
export async function watchTask(context: CliContext, taskId: string, isJson: boolean): Promise<void> {
  await using server = await openServer(context);
  using progress = showProgress(context.terminal, context.clock);
  for (;;) {
    const task = await server.api.call(routes.getTask, { params: { taskId }, signal: context.signal });
    if (task.state !== 'running') {
      finish(context, task, isJson);
      return;
    }
    const { phase, doneBytes, totalBytes } = task.progress;
    progress({
      phase,
      ...(doneBytes === null ? {} : { doneBytes }),
      ...(totalBytes === null ? {} : { totalBytes }),
    });
    await context.clock.sleep(pollMs, context.signal);
  }
}

function finish(context: CliContext, task: Task, isJson: boolean): void {
  if (isJson) context.terminal.out(JSON.stringify(task));
  if (task.state === 'succeeded') {
    context.terminal.note(`${task.title}: done.`);
    return;
  }
  if (task.state === 'cancelled' || !task.error) throw fail('CANCELLED', {});
  throw new AppError({ ...task.error, errorClass: 'other', httpStatus: 500, retryable: false });
}

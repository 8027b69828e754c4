import type { SetupTask } from './setup-task.ts';

/** What people see while a step runs, where the policy says nothing. */
export function progressSentence(task: SetupTask): string {
  switch (task.kind) {
    case 'rename':
      return `Naming the computer ${task.computerName}.`;
    case 'restart':
      return 'Restarting.';
    case 'check-connectivity':
      return `Waiting for ${task.address}.`;
    case 'join-domain':
      return `Joining the domain ${task.domain}.`;
    case 'command':
      return 'Installing settings.';
    case 'disable-auto-logon':
      return 'Finishing.';
  }
}

/** What people see when a step has failed, where the policy says nothing. */
export function failureSentence(task: SetupTask): string {
  switch (task.kind) {
    case 'rename':
      return `The computer could not be named ${task.computerName}.`;
    case 'restart':
      return 'The workspace did not come back after its restart.';
    case 'check-connectivity':
      return `${task.address} cannot be reached on port ${task.port}.`;
    case 'join-domain':
      return `The workspace could not join the domain ${task.domain}.`;
    case 'command':
      return 'A program of the set-up has failed.';
    case 'disable-auto-logon':
      return 'The automatic sign-in could not be turned off.';
  }
}

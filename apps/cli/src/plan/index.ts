import type { Command } from 'commander';
import { type CommandGroup, registerCalled } from '../command-groups.ts';
import type { CliContext } from '../context.ts';

/** Each part registers its own commands below `carrel plan`. */
const groups: readonly CommandGroup[] = [
  { words: ['new'], load: async () => (await import('./new-command.ts')).registerPlanNewCommand },
  {
    words: ['add-locations'],
    load: async () => (await import('./add-locations-command.ts')).registerAddLocationsCommand,
  },
  {
    words: ['consolidate'],
    load: async () => (await import('./consolidate-command.ts')).registerConsolidateCommand,
  },
  {
    words: ['simulate'],
    load: async () => (await import('./simulate-command.ts')).registerPlanSimulateCommand,
  },
  {
    words: ['actual'],
    load: async () => (await import('./actual-command.ts')).registerPlanActualCommand,
  },
  {
    words: ['import-instance'],
    load: async () => (await import('./import-instance-command.ts')).registerImportInstanceCommand,
  },
  { words: ['sites'], load: async () => (await import('./sites-command.ts')).registerPlanSitesCommand },
  { words: ['check'], load: async () => (await import('./check-command.ts')).registerPlanCheckCommand },
  {
    words: ['report'],
    load: async () => (await import('./report-command.ts')).registerPlanReportCommand,
  },
  {
    words: ['compare'],
    load: async () => (await import('./compare-command.ts')).registerPlanCompareCommand,
  },
  {
    words: ['what-if'],
    load: async () => (await import('./what-if-command.ts')).registerPlanWhatIfCommand,
  },
  {
    words: ['optimize'],
    load: async () => (await import('./optimize-command.ts')).registerPlanOptimizeCommand,
  },
  {
    words: ['settle'],
    load: async () => (await import('./settle-command.ts')).registerPlanSettleCommand,
  },
  {
    words: ['deploy'],
    load: async () => (await import('./deploy-command.ts')).registerPlanDeployCommand,
  },
];

/** `carrel plan …`. */
export async function registerPlanCommands(
  program: Command,
  context: CliContext,
  words: readonly string[],
): Promise<void> {
  const plan = program
    .command('plan')
    .description('Plan a deployment: from locations, people and images to servers, repositories and times');
  await registerCalled(groups, plan, context, words);
}

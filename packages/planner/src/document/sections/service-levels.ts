import type { Design, DistributionChoice } from '../../decisions/index.ts';
import { techniqueWords } from '../../job-aids/index.ts';
import type { Workspace } from '../../plan-file/index.ts';
import { paragraph, section, table } from '../model/blocks.ts';
import type { Prose, Section } from '../model/plan-document.ts';
import { name, prose, quantity, strong, words } from '../model/prose.ts';
import type { Sources } from '../model/sources.ts';

/** How long people wait for images, against what the business accepts. */
export function serviceLevelsSection(design: Design, sources: Sources): Section {
  const workspaces = new Map(design.plan.workspaces.map((workspace) => [workspace.name, workspace]));
  return section('service-levels', 'Service levels', [
    paragraph(
      words(
        'The worst case: everybody begins at the same time. The time is that of the last computer; where a workspace starts before its image is complete, the first start is what one computer waits.',
      ),
    ),
    table(
      'Times to load, against what is acceptable',
      [
        'Location',
        'Workspace',
        '#Clients',
        'First version',
        '#Loaded after',
        '#Acceptable',
        '#First start',
        '#Update after',
        '#Acceptable',
        'Met',
      ],
      design.distribution.map((choice) => row(choice, workspaces.get(choice.workspace), sources)),
    ),
  ]);
}

function row(choice: DistributionChoice, workspace: Workspace | undefined, sources: Sources): Prose[] {
  const { location, workspace: called, repository } = choice;
  const source = sources.decision('distribution.technique', `${location} / ${called}`);
  const levels = workspace?.serviceLevels;
  const acceptable = (hours: number | undefined): Prose =>
    hours === undefined ? [] : [quantity(hours, 'h', sources.own('plan', `service levels of ${called}`))];
  return [
    [name(location)],
    [name(called)],
    [quantity(choice.users, '', sources.decision('scope.population', location))],
    repository === undefined
      ? words(techniqueWords[choice.technique])
      : prose`${words(techniqueWords[choice.technique])}, ${name(repository)}`,
    [quantity(choice.initialLoadSeconds, 's', source)],
    acceptable(levels?.initialLoadHours),
    [quantity(choice.firstStartSeconds, 's', source)],
    [quantity(choice.updateSeconds, 's', source)],
    acceptable(levels?.updateHours),
    verdict(choice),
  ];
}

function verdict({ meets }: DistributionChoice): Prose {
  if (meets.initialLoad && meets.update) return words('yes');
  if (meets.update) return [strong('first version too late')];
  return [strong(meets.initialLoad ? 'update too late' : 'both too late')];
}

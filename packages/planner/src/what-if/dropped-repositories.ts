import type { Design, DistributionChoice } from '../decisions/index.ts';
import { formatQuantity } from '../document/index.ts';

/**
 * A sentence for each repository of the first design that another one has no need of, where that makes somebody slower:
 * who, by how much, and how to keep it.
 */
export function droppedRepositories(designs: readonly Design[]): string[] {
  const [first, ...others] = designs;
  if (!first) return [];
  return others.flatMap((other, at) => {
    const prefix = others.length > 1 ? `Plan ${at + 2}: ` : '';
    const left = new Set(other.repositories.map(({ name }) => name));
    return first.repositories
      .filter(({ name }) => !left.has(name))
      .flatMap(({ name, location }) => {
        const slower = slowerWithout(name, first, other);
        return slower === undefined
          ? []
          : `${prefix}The repository ${name} is not needed any more, and without it ${slower}; set hasRepository of ${location} to keep it.`;
      });
  });
}

interface Delay {
  readonly of: DistributionChoice;
  readonly what: string;
  readonly before: number;
  readonly after: number;
}

/** What takes longer for those who load from a repository, the longest delay by name. */
function slowerWithout(name: string, first: Design, other: Design): string | undefined {
  const later = new Map(other.distribution.map((choice) => [keyOf(choice), choice]));
  const delays = first.distribution
    .filter(({ repository }) => repository === name)
    .flatMap((of): Delay[] => {
      const after = later.get(keyOf(of));
      return after
        ? [
            { of, what: 'the first version', before: of.initialLoadSeconds, after: after.initialLoadSeconds },
            { of, what: 'an update', before: of.updateSeconds, after: after.updateSeconds },
          ]
        : [];
    })
    .filter(({ before, after }) => after > before * (1 + 1e-9))
    .sort((left, right) => right.after - right.before - (left.after - left.before));
  const [worst, ...more] = delays;
  if (!worst) return undefined;
  const { of, what, before, after } = worst;
  const others = more.length > 0 ? `, and ${more.length} more take longer` : '';
  return `${what} of ${of.workspace} at ${of.location} takes ${formatQuantity(after, 's')} instead of ${formatQuantity(before, 's')}${others}`;
}

function keyOf({ location, workspace }: DistributionChoice): string {
  return JSON.stringify([location, workspace]);
}

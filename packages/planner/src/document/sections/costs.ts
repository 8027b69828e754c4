import type { Design } from '../../decisions/index.ts';
import type { Sheet } from '../../sheets/index.ts';
import { paragraph, section, table } from '../model/blocks.ts';
import type { Block, Section } from '../model/plan-document.ts';
import { name, prose, quantity, words } from '../model/prose.ts';
import type { Sources } from '../model/sources.ts';

/** What has to be bought and run, with its costs, as a sheet. */
export function billOfMaterials({ cost, plan }: Design): Sheet {
  const { currency } = cost;
  const columns = ['Item', 'Count', `One-off each (${currency})`, `Monthly each (${currency})`];
  return {
    name: 'Bill of materials',
    columns: [...columns, `Over ${plan.costs.months} months (${currency})`],
    rows: cost.items.map(({ name: item, count, oneOff, monthly }) => [
      item,
      count,
      oneOff,
      monthly,
      count * (oneOff + monthly * plan.costs.months),
    ]),
  };
}

/** What has to be bought and run, what it costs, and how the number of people grows. */
export function costsSection(design: Design, sources: Sources): Section {
  return section('bill-of-materials', 'Bill of materials', [
    itemsTable(design, sources),
    totals(design, sources),
    ...growthTable(design, sources),
  ]);
}

function itemsTable({ cost, plan }: Design, sources: Sources): Block {
  const { months } = plan.costs;
  return table(
    'What is bought and run',
    ['Item', '#Count', '#Once, each', '#A month, each', '#Together'],
    cost.items.map(({ name: item, count, oneOff, monthly }) => {
      const inputs = [`count = ${count}`, `once = ${oneOff}`, `a month = ${monthly}`, `months = ${months}`];
      const source = sources.own('document.cost', item, inputs);
      return [
        [name(item)],
        [quantity(count, '', source)],
        [quantity(oneOff, cost.currency, source)],
        [quantity(monthly, cost.currency, source)],
        [quantity(count * (oneOff + monthly * months), cost.currency, source)],
      ];
    }),
  );
}

function totals({ cost, plan }: Design, sources: Sources): Block {
  const source = sources.own('document.cost', 'total');
  const amount = (value: number): ReturnType<typeof quantity> => quantity(value, cost.currency, source);
  const months = quantity(plan.costs.months, 'months', sources.own('plan', 'months of comparison'));
  return paragraph(
    prose`Once ${amount(cost.oneOff)}, a month ${amount(cost.monthly)}; over ${months} ${amount(cost.total)}.`,
  );
}

function growthTable({ plan }: Design, sources: Sources): Block[] {
  const { usersPerYearShare: share, years } = plan.growth;
  const users = plan.locations.reduce((sum, location) => sum + location.users, 0);
  if (years === 0) return [paragraph(words('No growth is planned for.'))];
  const rows = Array.from({ length: years + 1 }, (_, year) => {
    const source = sources.own('document.growth', 'users', [
      `users = ${users}`,
      `growth = ${share}`,
      `year = ${year}`,
    ]);
    // Against 1.1 ** 2 being a little more than it should be.
    const grown = Math.ceil(users * (1 + share) ** year - 1e-6);
    return [[quantity(year, '', source)], [quantity(grown, '', source)]];
  });
  return [table('People, by years from now; the design is for the last', ['#Year', '#People'], rows)];
}

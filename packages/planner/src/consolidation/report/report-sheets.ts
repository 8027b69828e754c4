import type { Cell, Sheet } from '../../sheets/index.ts';
import type { ConsolidationAssessment } from '../assess.ts';
import { type Load, resources, resourceWords } from '../load.ts';
import { savingsRows } from './savings-rows.ts';

/** An assessment as tables: summary, candidates, locations, hosts, placement, guests without host, savings, notes, findings. */
export function consolidationSheets(assessment: ConsolidationAssessment): Sheet[] {
  return [
    summary(assessment),
    candidates(assessment),
    locations(assessment),
    hosts(assessment),
    placement(assessment),
    unplaced(assessment),
    {
      name: 'Savings',
      columns: ['What', 'Before', 'After', 'Saved', 'Unit', 'Rule'],
      rows: savingsRows(assessment),
    },
    {
      name: 'Notes',
      columns: ['Note', 'What the book has wrong, and what is done here'],
      rows: [...assessment.notes, ...assessment.savings.notes]
        .filter(({ id }, index, all) => all.findIndex((each) => each.id === id) === index)
        .map(({ id, text }) => [id, text]),
    },
    {
      name: 'Findings',
      columns: ['Severity', 'Code', 'Place', 'Finding', 'Remedy'],
      rows: assessment.findings.map(({ severity, code, place, message, remedy }) => [
        severity,
        code,
        place,
        message,
        remedy,
      ]),
    },
  ];
}

function summary({ totals, host, hostLoad, guestLoad }: ConsolidationAssessment): Sheet {
  const thresholds = (title: string, load: Load): Cell[][] =>
    resources.map((each) => [
      `${title}: ${resourceWords[each].name}`,
      rounded(load[each]),
      resourceWords[each].unit,
    ]);
  return {
    name: 'Summary',
    columns: ['What', 'Value', 'Unit'],
    rows: [
      ['Servers assessed', totals.servers, 'servers'],
      ['Candidates', totals.candidates, 'servers'],
      ['Placed', totals.placed, 'guests'],
      ['Without a host', totals.unplaced, 'guests'],
      [`Hosts (${host.name})`, totals.hosts, 'hosts'],
      ['Spare hosts for failures', totals.spareHosts, 'hosts'],
      ['Hosts by the method of the book (first fit, most used first)', totals.bookHosts, 'hosts'],
      ['Saved by further search', totals.bookHosts - totals.hosts, 'hosts'],
      ['No placement needs fewer than', totals.leastHosts, 'hosts'],
      ['Guests for each host', rounded(totals.guestsPerHost), 'guests'],
      ...thresholds('Threshold of a host', hostLoad),
      ...thresholds('Threshold of a guest, on average', guestLoad),
    ],
  };
}

function candidates({ candidacies }: ConsolidationAssessment): Sheet {
  return {
    name: 'Candidates',
    columns: ['Server', 'Candidate', 'Excluded by', 'Reasons and remarks'],
    rows: candidacies.map((each) =>
      each.outcome === 'candidate'
        ? [each.server, true, null, each.remarks.join('; ')]
        : [each.server, false, each.step, each.reasons.join('; ')],
    ),
  };
}

function locations({ placements }: ConsolidationAssessment): Sheet {
  return {
    name: 'Locations',
    columns: ['Location', 'Group', 'Hosts', 'Spares', 'Hosts by the book', 'At least', 'Because'],
    rows: placements.map(({ location, group, hosts: placed, spareHosts, bookHosts, bound }) => [
      location,
      group,
      placed.length,
      spareHosts,
      bookHosts,
      bound.hosts,
      bound.reason,
    ]),
  };
}

function hosts({ placements }: ConsolidationAssessment): Sheet {
  return {
    name: 'Hosts',
    columns: [
      'Host',
      'Location',
      'Group',
      'Guests',
      ...resources.map((each) => `Peak ${resourceWords[each].name} ${resourceWords[each].unit}`),
      ...resources.map((each) => `Peak ${resourceWords[each].name} % of threshold`),
      'Runs out first of',
    ],
    rows: placements.flatMap(({ location, group, hosts: placed }) =>
      placed.map(({ name, guests, peak, peakShare, tightest }) => [
        name,
        location,
        group,
        guests.length,
        ...resources.map((each) => rounded(peak[each])),
        ...resources.map((each) => rounded(peakShare[each] * 100)),
        resourceWords[tightest].name,
      ]),
    ),
  };
}

function placement({ placements }: ConsolidationAssessment): Sheet {
  return {
    name: 'Placement',
    columns: ['Guest', 'Host', 'Location', 'Group', '% of a host', 'Why'],
    rows: placements.flatMap(({ location, group, hosts: placed }) =>
      placed.flatMap(({ name: host, guests }) =>
        guests.map(({ name, share, why }) => [name, host, location, group, rounded(share * 100), why]),
      ),
    ),
  };
}

function unplaced({ placements }: ConsolidationAssessment): Sheet {
  return {
    name: 'Without a host',
    columns: ['Guest', 'Location', 'Group', 'Why'],
    rows: placements.flatMap(({ location, group, unplaced: guests }) =>
      guests.map(({ name, why }) => [name, location, group, why]),
    ),
  };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(6));
}

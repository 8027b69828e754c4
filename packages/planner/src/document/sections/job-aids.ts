import type { Design } from '../../decisions/index.ts';
import { clientData, type JobAid, serverData } from '../../job-aids/index.ts';
import { paragraph, section, table } from '../model/blocks.ts';
import type { Block, Section } from '../model/plan-document.ts';
import { code, prose, words } from '../model/prose.ts';

/** Columns beside the first that a page holds. */
const columnsAtOnce = 6;

/** The two job aids of the planning guide, every column. */
export function jobAidsSection(design: Design): Section {
  return section(
    'job-aids',
    'Job aids',
    [
      paragraph(
        words(
          'As the planning guide has them, in parts that fit a page. As a spreadsheet they are one table each.',
        ),
      ),
    ],
    [
      section('job-aid-clients', prose`${code('A-1')} Client data`, parts(clientData(design))),
      section('job-aid-servers', prose`${code('A-2')} Server data`, parts(serverData(design))),
    ],
  );
}

function parts({ columns, rows }: JobAid): Block[] {
  const blocks: Block[] = [];
  for (let from = 1; from < columns.length; from += columnsAtOnce) {
    const titles = columns.slice(from, from + columnsAtOnce);
    const caption = `${titles[0] ?? ''} to ${titles.at(-1) ?? ''}`;
    const cells = rows.map((row) => [row[0] ?? [], ...row.slice(from, from + columnsAtOnce)]);
    blocks.push(table(caption, [columns[0] ?? '', ...titles], cells));
  }
  return blocks;
}

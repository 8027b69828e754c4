import type { PlanDocument, Source } from '../model/plan-document.ts';
import { code, name, prose, quantity, statement, strong, words } from '../model/prose.ts';

const source: Source = { ruleId: 'instances.users', of: 'instances.count', inputs: ['users = 12,000'] };

/** A document with every kind of block and span, in which something is called as told. */
export function smallDocument(called: string): PlanDocument {
  return {
    title: [name(called)],
    subtitle: words('Deployment design'),
    sections: [
      {
        id: 'summary',
        title: words('Summary'),
        blocks: [
          {
            kind: 'paragraph',
            text: prose`${strong('In short')}: ${quantity(3, 'instances', source)} for ${name(called)}.`,
          },
          {
            kind: 'list',
            isOrdered: false,
            items: [[name(called)], [code(called)], [statement(called, { ...source, of: called })]],
          },
          {
            kind: 'table',
            caption: 'Servers',
            columns: [{ title: 'Name' }, { title: 'Users', isNumeric: true }],
            rows: [[[name(called)], [quantity(12_400, '', source)]]],
          },
          {
            kind: 'figure',
            id: 'network',
            caption: words('The network'),
            description: [[name(called)]],
            drawing: {
              widthPx: 200,
              heightPx: 80,
              shapes: [
                { kind: 'box', x: 5, y: 5, width: 90, height: 30, tone: 'server' },
                {
                  kind: 'line',
                  points: [
                    [50, 35],
                    [50, 70],
                  ],
                  tone: 'plain',
                  hasArrow: true,
                },
                {
                  kind: 'label',
                  x: 50,
                  y: 24,
                  text: [name(called)],
                  sizePx: 12,
                  tone: 'plain',
                  isCentered: true,
                },
              ],
            },
          },
        ],
        sections: [{ id: 'inner', title: [name(called)], blocks: [], sections: [] }],
      },
    ],
  };
}

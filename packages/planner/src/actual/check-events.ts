import type { Measurements } from '@carrel/contract';
import type { Plan } from '../plan-file/index.ts';
import { type AssumptionCheck, checkAssumption } from './assumption.ts';

/** How much computers report. */
export function checkEvents({ events: planned }: Plan, { devices, events }: Measurements): AssumptionCheck[] {
  const count = devices.find(({ tag }) => tag === null)?.count ?? 0;
  const check = (
    name: string,
    unit: string,
    field: 'perClientPerDay' | 'bytes',
    measured: number | null,
    basis: string,
  ): AssumptionCheck[] =>
    measured === null
      ? []
      : [
          checkAssumption({
            name,
            unit,
            planned: planned[field],
            measured: field === 'bytes' ? Math.max(1, Math.round(measured)) : Number(measured.toPrecision(3)),
            basis,
            path: [
              { kind: 'field', name: 'events' },
              { kind: 'field', name: field },
            ],
          }),
        ];
  return [
    ...check('Events of a client a day', '', 'perClientPerDay', events.perDevicePerDay, `${count} computers`),
    ...check('Size of an event', 'B', 'bytes', events.averageBytes, 'the newest events'),
  ];
}

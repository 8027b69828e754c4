export { type Group, type GroupCell, groupPeople } from './groups.ts';
export { countPeople, type Population } from './population.ts';

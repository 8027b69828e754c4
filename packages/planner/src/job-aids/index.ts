export { clientData, jobAidA1, techniqueWords } from './client-data.ts';
export type { JobAid } from './job-aid.ts';
export { formFactor, jobAidA2, serverData } from './server-data.ts';

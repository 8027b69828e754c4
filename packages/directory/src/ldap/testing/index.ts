export { type SambaDomain, sambaPassword, startSambaDomain } from './samba-domain.ts';

export { type OpenLdap, startOpenLdap } from './open-ldap.ts';
export { type SambaDomain, sambaPassword, startSambaDomain } from './samba-domain.ts';

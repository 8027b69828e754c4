export { createApp, replaceCertificate } from './create-app.ts';

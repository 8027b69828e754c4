export { createApp, replaceCertificate } from './create-app.ts';
export type { RoomContext } from './rooms.ts';

export { createNotices, type NoticeListener, type Notices } from './notices.ts';

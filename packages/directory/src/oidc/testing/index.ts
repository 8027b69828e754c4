export { startTestBrowser, type TestBrowser } from './test-browser.ts';
export { startTestProvider, type TestPerson, type TestProvider } from './test-provider.ts';

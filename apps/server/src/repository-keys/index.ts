export { keepRepositoryKey, readRepositoryKey } from './repository-keys.ts';

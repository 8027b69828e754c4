export { keepRepositoryKey, readRepositoryKey, readRepositoryKeys } from './repository-keys.ts';

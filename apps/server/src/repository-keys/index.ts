export { keepRepositoryKey, readRepositoryKey, readRepositoryKeys } from './repository-keys.ts';
export { readPackingKey, rotateRepositoryKey } from './rotate-repository-key.ts';

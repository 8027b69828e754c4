export { issueRepositoryToken } from './repository-token.ts';
export {
  createRepositoryCredentials,
  type VerifyRepositoryCredentials,
} from './verify-repository-credentials.ts';

export { issueRepositoryToken } from './repository-token.ts';
export {
  createRepositoryCredentials,
  type RepositoryAccess,
  type VerifyRepositoryCredentials,
} from './verify-repository-credentials.ts';

import type { RepositoryStorage } from '../repository/index.ts';
import type { Services } from '../services.ts';

/** What images need beside what every room may use. */
export interface ImageServices extends Services {
  readonly repository: RepositoryStorage;
}

export { startPostgres } from './startPostgres';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './startPostgres';

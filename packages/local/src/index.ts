export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.ts';
export { keepModules } from './keep-modules.ts';
export { nodeArgs } from './node-args.ts';
export { serve } from './serve.ts';

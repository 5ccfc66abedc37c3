export { createTemplateDatabase, createTestDatabase, type TestDatabase } from './database.ts';
export * from './factories.ts';
export * from './logos.ts';
export * from './outbox.ts';
export * from './small-disk.ts';
export * from './test-domain.ts';
export * from '../gateway/counters/testing/redis-server.ts';
export { pageOf } from '../paging.ts';

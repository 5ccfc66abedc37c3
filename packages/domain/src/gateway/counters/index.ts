export { counterMemory } from './counter-table.ts';
export type * from './counters.ts';
export * from './has-units.ts';
export * from './redis-counters.ts';
export * from './shared-counters.ts';

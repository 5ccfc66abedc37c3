import type { AppName } from './keep-modules.ts';

/** With what Node is started for an app. */
export const nodeArgs: Readonly<Record<AppName, readonly string[]>> = {
  api: [],
  /**
   * V8 collects the garbage of all threads of a proxy, and compiles, in one thread beside them. Otherwise it does so in
   * four, however few processors there are; together they weigh more than a thread that answers on the same processor, and
   * requests waited for up to 0.3 s.
   */
  proxy: ['--v8-pool-size=1'],
};

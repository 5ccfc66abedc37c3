import type { AppName } from './keep-modules.ts';

/** With what Node is started for an app. */
export const nodeArgs: Readonly<Record<AppName, readonly string[]>> = {
  api: [],
  proxy: [
    // V8 collects the garbage of all threads of a proxy, and compiles, in one thread beside them. Otherwise it does so in
    // four, however few processors there are; together they weigh more than a thread that answers on the same processor,
    // and requests waited for up to 0.3 s.
    '--v8-pool-size=1',
    // What Maglev took to compile a function is freed by the thread that asked for it. The one of V8 does that last, so
    // that a proxy that came under load at once held up to 70 MB of it, and kept most for good.
    '--no-maglev-destroy-on-background',
    // Node's own code lies in pages of 2 MiB where the system has them: 40 MiB of it are more small pages than a processor
    // keeps track of.
    '--use-largepages=silent',
  ],
};

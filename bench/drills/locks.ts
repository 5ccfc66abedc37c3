import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.ts';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { openScene } from './scene.ts';

/** More than the api has connections. */
const callers = 20;
const answerMaxMs = 5_000;
const recoveryMaxMs = 10_000;

/** Nothing of the control plane can hold up the data plane. */
export const locksDrill: Drill = {
  name: 'locks',
  title: 'every connection of the api waits for a lock',
  run,
};

async function run({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  await using scene = await openScene(isShort);
  const { stack, domain, load } = scene;
  await load.watch(500);
  const problems: string[] = [];
  const repetitions = isShort ? 1 : 3;
  let slowestMs = 0;
  let good = 0;
  let sent = 0;
  let failed = 0;
  let recoveryMs = 0;
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const phase = load.begin();
    const { promise: over, resolve: letGo } = Promise.withResolvers<void>();
    const { promise: held, resolve: hold } = Promise.withResolvers<void>();
    const holding = domain.change((ctx) =>
      ctx.em.transactional(async (em) => {
        await em.execute('lock table users in access exclusive mode');
        hold();
        await over;
      }),
    );
    await held;
    const signIn = (at: number) =>
      ask(stack.apiPort, {
        path: '/auth/login',
        body: { email: `somebody-${at}@example.com`, password: 'wrong password' },
      });
    const answers = await Promise.all(Array.from({ length: callers }, (_, at) => signIn(at)));
    letGo();
    await holding;
    const endedAt = performance.now();
    while ((await signIn(0)).status === 503 && performance.now() - endedAt < 2 * recoveryMaxMs) {
      await sleep(20);
    }
    await scene.settle();
    recoveryMs = Math.max(recoveryMs, performance.now() - endedAt);
    const slowest = Math.max(...answers.map(({ ms }) => ms));
    slowestMs = Math.max(slowestMs, slowest);
    good += answers.filter(({ status }) => status === 503).length;
    sent += phase.sent;
    failed += phase.errors;
    const statuses = [...new Set(answers.map(({ status }) => status))].join(', ');
    say(`the api answered with ${statuses} in ${Math.round(slowest)} ms at most`);
  }
  if (good < callers * repetitions) problems.push('The api did not answer each call with 503.');
  if (slowestMs > answerMaxMs) problems.push('An answer of the api took more than 5 s.');
  if (failed > 0) problems.push(`${failed} requests to the proxy failed.`);
  if (recoveryMs > recoveryMaxMs) problems.push('It took too long to recover.');
  const ledger = await scene.finish();
  return {
    counts: {
      repetitions,
      'calls of the api': callers * repetitions,
      'answered with 503': good,
      'the slowest, ms': Math.round(slowestMs),
      'requests to the proxy meanwhile': sent,
      'of these failed': failed,
      'until recovered, ms': Math.round(recoveryMs),
      ...ledger.counts,
    },
    problems: [...problems, ...ledger.problems],
  };
}

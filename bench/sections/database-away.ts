import type { Contestant } from '../contestants/contestant.ts';
import { measureRounds, type Rounds } from '../rounds.ts';
import type { Stage } from '../stage.ts';

const whole = { rounds: 11, seconds: 2 };
const quick = { rounds: 2, seconds: 1 };

/**
 * The same proxy with PostgreSQL and with all processes of PostgreSQL halted. Between the turns PostgreSQL goes on and
 * takes in what has waited for it, so that no turn pays for another.
 */
export async function measureWithoutDatabase(stage: Stage, ours: Contestant): Promise<Rounds> {
  const { database, tallies, isQuick } = stage;
  const halted: Contestant = { ...ours, name: `${ours.name}, PostgreSQL halted`, accounts: null };
  let sent = (await tallies.of(ours)).sent;
  const together = {
    during: async <Result extends { sent: number }>(_: Contestant, send: () => Promise<Result>) => {
      const result = await tallies.during(ours, send);
      sent += result.sent;
      return result;
    },
  };
  // Whoever comes next needs the database, even when this came to nothing.
  using _goesOn = { [Symbol.dispose]: () => database.signal('SIGCONT') };
  return await measureRounds(ours, [halted], {
    ...(isQuick ? quick : whole),
    tallies: together,
    before: async (contestant) => {
      if (contestant === halted) database.signal('SIGSTOP');
    },
    after: async (contestant) => {
      if (contestant === halted) database.signal('SIGCONT');
      await ours.accounts?.read(sent);
    },
  });
}

/** One way to the same upstream. */
export interface Contestant {
  /** A short name, for the command line. */
  id: string;
  /** As it stands in the table. */
  name: string;
  /** What it does for a request, in a sentence. */
  does: string;
  /** What the generator asks for. */
  url: string;
  /** The process whose processor time is measured; null where nothing stands in front of the upstream. */
  pid: number | null;
  /** A key on each line. */
  keysFile: string;
  /** The header that the key is sent in. */
  keyHeader: string;
  /** For how long at the end of a turn nothing is sent, so that the last answers come in; a third of a second if missing. */
  restMs?: number;
  /** Whether no target is about it, so that it need not have a turn in every round. */
  isAside?: boolean;
  /** What it has counted and recorded, if that is among its duties. */
  accounts: Accounts | null;
}

/** What a contestant says it did, to be compared with what was sent to it. */
interface Accounts {
  /** Called after each time that requests were sent, for what it would forget. */
  look?: () => Promise<void>;
  /** All since its start. Waits a while until there are `expected`, because some is written late. */
  read: (expected: number) => Promise<Counted>;
}

interface Counted {
  /** Requests counted against the limits of their keys. */
  counted: number;
  /** Usage records written. */
  recorded: number;
}

/** The header of those that look at no key: as long as the one they would look at. */
export const neutralHeader = 'X-Example';
export const keyHeader = 'X-API-Key';

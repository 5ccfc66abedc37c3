/** One way to the same upstream. */
export interface Contestant {
  /** As it stands in the table. */
  name: string;
  url: string;
  /** The process whose processor time is measured; null where nothing stands in front of the upstream. */
  pid: number | null;
}

/** The part of a `pg` pool or client that domain SQL needs. The proxy has no ORM; it hands in its pool. */
export interface Queryable {
  query<Row extends object>(text: string, values?: unknown[]): Promise<{ rows: Row[] }>;
}

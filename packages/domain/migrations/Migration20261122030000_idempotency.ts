import { Migration } from '@mikro-orm/migrations';

/** Answers to requests that are to have an effect once. */
export class Migration20261122030000_idempotency extends Migration {
  override name = 'Migration20261122030000_idempotency';

  override up(): void {
    this.addSql(
      `create table "idempotent_answers" ("actor" text not null, "key" text not null, "answer_sealed" text not null, "created_at" timestamptz not null, primary key ("actor", "key"))`,
    );
    this.addSql(
      `create index "idempotent_answers_created_at_index" on "idempotent_answers" ("created_at")`,
    );
  }

  override down(): void {
    this.addSql(`drop table "idempotent_answers"`);
  }
}

import { Migration } from '@mikro-orm/migrations';

const starts = [
  ['email', '"email"'],
  ['username', '"username"'],
  ['name', 'lower("name")'],
  ['external_id', 'lower("external_id")'],
] as const;

/** What searching mails by address or subject, deeds by what they are called, and users by how a name starts is answered by. */
export class Migration20261122090000_search_of_mails_and_deeds extends Migration {
  override name = 'Migration20261122090000_search_of_mails_and_deeds';

  override up(): void {
    this.addSql(`create index "audit_events_action_id_index" on "audit_events" ("action", "id");`);
    for (const [name, column] of starts) {
      this.addSql(
        `create index "users_${name}_start_index" on "users" (${column} text_pattern_ops) where "${name}" is not null;`,
      );
    }
    // Without the extension, searching goes over every mail, and all else is the same.
    this.addSql(`do $$ begin
      create index "mails_search_index" on "mails" using gin ("to" gin_trgm_ops, "subject" gin_trgm_ops);
    exception when undefined_object then
      raise notice 'no pg_trgm: searching mails goes over all of them';
    end $$`);
  }

  override down(): void {
    this.addSql(`drop index if exists "mails_search_index"`);
    for (const [name] of starts) this.addSql(`drop index "users_${name}_start_index"`);
    this.addSql(`drop index "audit_events_action_id_index"`);
  }
}

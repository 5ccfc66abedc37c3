import { Migration } from '@mikro-orm/migrations';

/** What searching mails by address or subject, and deeds by what they are called, is answered by. */
export class Migration20261122090000_search_of_mails_and_deeds extends Migration {
  override name = 'Migration20261122090000_search_of_mails_and_deeds';

  override up(): void {
    this.addSql(`create index "audit_events_action_id_index" on "audit_events" ("action", "id");`);
    // Without the extension, searching goes over every mail, and all else is the same.
    this.addSql(`do $$ begin
      create index "mails_search_index" on "mails" using gin ("to" gin_trgm_ops, "subject" gin_trgm_ops);
    exception when undefined_object then
      raise notice 'no pg_trgm: searching mails goes over all of them';
    end $$`);
  }

  override down(): void {
    this.addSql(`drop index if exists "mails_search_index"`);
    this.addSql(`drop index "audit_events_action_id_index"`);
  }
}

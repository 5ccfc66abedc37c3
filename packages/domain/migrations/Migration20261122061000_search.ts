import { Migration } from '@mikro-orm/migrations';

/** What searching everything, and the list of all keys, is answered by. */
export class Migration20261122061000_search extends Migration {
  override name = 'Migration20261122061000_search';

  override up(): void {
    this.addSql(
      `create index "audit_events_request_id_index" on "audit_events" ("request_id") where "request_id" is not null;`,
    );
    this.addSql(
      `create index "keys_expiry_order_index" on "keys" (coalesce("expires_at", 'infinity'), "id");`,
    );
    // Without the extension, or the right to have it, searching goes over every key, and all else is the same.
    this.addSql(`do $$ begin
      create extension if not exists pg_trgm;
      create index "keys_search_index" on "keys" using gin ("name" gin_trgm_ops, "prefix" gin_trgm_ops);
    exception when insufficient_privilege or feature_not_supported or undefined_file or undefined_object then
      raise notice 'no pg_trgm: searching keys goes over all of them';
    end $$`);
  }

  override down(): void {
    this.addSql(`drop index if exists "keys_search_index"`);
    this.addSql(`drop index "keys_expiry_order_index"`);
    this.addSql(`drop index "audit_events_request_id_index"`);
  }
}

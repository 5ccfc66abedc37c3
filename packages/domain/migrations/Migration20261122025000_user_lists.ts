import { Migration } from '@mikro-orm/migrations';

/** What lists of many users are found by. */
export class Migration20261122025000_user_lists extends Migration {
  override name = 'Migration20261122025000_user_lists';

  override up(): void {
    this.addSql(`create index "users_created_at_id_index" on "users" ("created_at", "id");`);
    for (const column of ['status', 'role']) {
      this.addSql(
        `create index "users_${column}_created_at_id_index" on "users" ("${column}", "created_at", "id");`,
      );
    }
    this.addSql(
      `create index "users_name_order_index" on "users" (lower(coalesce("name", '')), "id");`,
    );
    this.addSql(
      `create index "users_metadata_index" on "users" using gin ("metadata" jsonb_path_ops);`,
    );
    // Without the extension, or the right to have it, searching goes over every user, and all else is the same.
    this.addSql(`do $$ begin
      create extension if not exists pg_trgm;
      create index "users_search_index" on "users" using gin
        ("email" gin_trgm_ops, "name" gin_trgm_ops, "username" gin_trgm_ops, "external_id" gin_trgm_ops);
    exception when insufficient_privilege or feature_not_supported or undefined_file or undefined_object then
      raise notice 'no pg_trgm: searching users goes over all of them';
    end $$`);
  }

  override down(): void {
    this.addSql(`drop index if exists "users_search_index"`);
    for (const name of [
      'metadata',
      'name_order',
      'role_created_at_id',
      'status_created_at_id',
      'created_at_id',
    ]) {
      this.addSql(`drop index "users_${name}_index"`);
    }
  }
}

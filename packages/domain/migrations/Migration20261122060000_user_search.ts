import { Migration } from '@mikro-orm/migrations';

const searched = ['name', 'username', 'external_id'];

/** Users are searched in one column, and ordered by their last sign-in. */
export class Migration20261122060000_user_search extends Migration {
  override name = 'Migration20261122060000_user_search';

  override up(): void {
    const rest = searched.map((column) => ` || chr(10) || coalesce("${column}", '')`).join('');
    this.addSql(
      `alter table "users" add column "search_text" text generated always as (lower("email"${rest})) stored`,
    );
    this.addSql(`drop index if exists "users_search_index"`);
    this.addSql(trigramIndex('"search_text" gin_trgm_ops'));
    this.addSql(
      `create index "users_last_login_order_index" on "users" (coalesce("last_login_at", '-infinity'), "id")`,
    );
    // Until it is known what the new column holds, a search that fits everybody would sort everybody.
    this.addSql(`analyze "users"`);
  }

  override down(): void {
    this.addSql(`drop index "users_last_login_order_index"`);
    this.addSql(`drop index if exists "users_search_index"`);
    this.addSql(`alter table "users" drop column "search_text"`);
    this.addSql(
      trigramIndex(['email', ...searched].map((column) => `"${column}" gin_trgm_ops`).join(', ')),
    );
  }
}

/** Without the extension, searching goes over every user, and all else is the same. */
function trigramIndex(columns: string): string {
  return `do $$ begin
    create index "users_search_index" on "users" using gin (${columns});
  exception when undefined_object then
    raise notice 'no pg_trgm: searching users goes over all of them';
  end $$`;
}

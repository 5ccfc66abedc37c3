import { Migration } from '@mikro-orm/migrations';

/** Lists of the console as people want to see them again. */
export class Migration20261122061000_views extends Migration {
  override name = 'Migration20261122061000_views';

  override up(): void {
    this.addSql(
      `create table "views" ("id" uuid not null, "list" text not null, "name" text not null, "search" text not null, "owner_id" uuid null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(
      `create unique index "views_name_unique" on "views" ("list", "owner_id", lower("name")) nulls not distinct;`,
    );
    this.addSql(`create index "views_owner_id_index" on "views" ("owner_id");`);
    this.addSql(
      `alter table "views" add constraint "views_owner_id_foreign" foreign key ("owner_id") references "users" ("id") on delete cascade;`,
    );
  }

  override down(): void {
    this.addSql(`drop table "views"`);
  }
}

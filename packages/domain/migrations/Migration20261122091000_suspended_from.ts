import { Migration } from '@mikro-orm/migrations';

/** What a user was before the suspension, so that it can be undone. */
export class Migration20261122091000_suspended_from extends Migration {
  override name = 'Migration20261122091000_suspended_from';

  override up(): void {
    this.addSql(`alter table "users" add column "suspended_from" text null;`);
  }

  override down(): void {
    this.addSql(`alter table "users" drop column "suspended_from";`);
  }
}

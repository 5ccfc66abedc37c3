import { Migration } from '@mikro-orm/migrations';

/** Keys are counted without a look at their rows. */
export class Migration20261122091000_unrevoked_keys extends Migration {
  override name = 'Migration20261122091000_unrevoked_keys';

  override up(): void {
    this.addSql(
      `create index "keys_unrevoked_index" on "keys" ("user_id", "grace_until") where "revoked_at" is null`,
    );
    this.addSql(`drop index "keys_user_id_revoked_at_grace_until_index"`);
  }

  override down(): void {
    this.addSql(
      `create index "keys_user_id_revoked_at_grace_until_index" on "keys" ("user_id", "revoked_at", "grace_until")`,
    );
    this.addSql(`drop index "keys_unrevoked_index"`);
  }
}

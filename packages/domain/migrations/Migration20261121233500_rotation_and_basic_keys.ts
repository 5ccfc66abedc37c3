import { Migration } from '@mikro-orm/migrations';

/** Credentials of the kind `basic`, and the way from a successor to the key that it replaces. */
export class Migration20261121233500_rotation_and_basic_keys extends Migration {
  override name = 'Migration20261121233500_rotation_and_basic_keys';

  override up(): void {
    this.addSql(`alter table "keys" add "key_id" text null, add "secret_hash" text null;`);
    this.addSql(`alter table "keys" add constraint "keys_key_id_unique" unique ("key_id");`);
    this.addSql(`create index "keys_replaced_by_index" on "keys" ("replaced_by");`);
  }

  override down(): void {
    this.addSql(`drop index "keys_replaced_by_index";`);
    this.addSql(`alter table "keys" drop constraint "keys_key_id_unique";`);
    this.addSql(`alter table "keys" drop column "key_id", drop column "secret_hash";`);
  }
}

import { Migration } from '@mikro-orm/migrations';

/** What searching keys by how their name starts is answered by. */
export class Migration20261122092000_key_names_start extends Migration {
  override name = 'Migration20261122092000_key_names_start';

  override up(): void {
    this.addSql(`create index "keys_name_start_index" on "keys" (lower("name") text_pattern_ops);`);
  }

  override down(): void {
    this.addSql(`drop index "keys_name_start_index"`);
  }
}

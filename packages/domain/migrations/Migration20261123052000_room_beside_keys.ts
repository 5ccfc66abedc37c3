import { Migration } from '@mikro-orm/migrations';

/**
 * Leaves room on each page of keys, so that noting the first use of one writes a row beside it and no index: half of what
 * it takes to store the usage of keys that were never used before is entries in the eleven indexes of a moved row.
 */
export class Migration20261123052000_room_beside_keys extends Migration {
  override name = 'Migration20261123052000_room_beside_keys';

  override up(): void {
    this.addSql('alter table "keys" set (fillfactor = 90)');
  }

  override down(): void {
    this.addSql('alter table "keys" reset (fillfactor)');
  }
}

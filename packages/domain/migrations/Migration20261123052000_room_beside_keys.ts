import { Migration } from '@mikro-orm/migrations';

/**
 * Leaves room on each new page of keys, so that noting the first use of one writes a row beside it on the page. On a full
 * page the row moves to another one, and each of the eleven indexes gets an entry for it.
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

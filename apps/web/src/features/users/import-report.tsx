import type { ImportFault, UserImport } from '@apigate/contract';
import { Table, type Column } from '@apigate/ui/table';
import { numberText } from '../../lib/number-text.ts';
import { usersText } from './bulk-words.ts';
import styles from './import-report.module.css';

/** What became of a file of users, or would: how many, and each fault by its line. */
export function ImportReport({ report }: { report: UserImport }) {
  const { dryRun, imported, skipped, faults } = report;
  const rows = skipped === 1 ? '1 row' : `${numberText(skipped)} rows`;
  const were = skipped === 1 ? 'was' : 'were';
  return (
    <div className={styles.report}>
      <p role="status" className={styles.sum}>
        {dryRun
          ? `${usersText(imported)} would be imported${skipped === 0 ? '. Nothing was changed yet.' : `, ${rows} ${skipped === 1 ? 'is' : 'are'} faulty.`}`
          : `${usersText(imported)} ${imported === 1 ? 'is' : 'are'} imported${skipped === 0 ? '.' : `, ${rows} ${were} left out.`}`}
      </p>
      {faults.length > 0 && (
        <div className={styles.faults} role="region" aria-label="Faulty rows" tabIndex={0}>
          <Table
            label="Faulty rows"
            columns={columns}
            rows={faults}
            rowKey={({ line, field }) => `${line} ${field}`}
          />
        </div>
      )}
      {skipped > 0 && dryRun && (
        <p className={styles.hint}>
          Mend the file and choose it again, or import the others; the faulty rows are left out.
        </p>
      )}
    </div>
  );
}

const columns: readonly Column<ImportFault>[] = [
  { id: 'line', header: 'Line', widthPx: 80, phone: 'title', cell: ({ line }) => numberText(line) },
  { id: 'column', header: 'Column', widthPx: 140, cell: ({ field }) => field ?? 'Whole row' },
  { id: 'fault', header: 'What is wrong', cell: ({ message }) => message },
];

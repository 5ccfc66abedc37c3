import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { UserImport } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { Dialog } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { FileField } from '@apigate/ui/file-field';
import { ImportColumns } from './import-columns.tsx';
import { ImportReport } from './import-report.tsx';
import { usersText } from './bulk-words.ts';
import { refreshUserData } from './refresh-user-data.ts';
import { sendUserFile, UserFileRefused } from './send-user-file.ts';
import {
  guessFields,
  mappedFile,
  openUserFile,
  type FileField as Field,
  type UserFile,
} from './user-file.ts';
import styles from './import-dialog.module.css';

export interface ImportDialogProps {
  onClose: () => void;
}

/** Users from a file: chosen, its columns told, all rows checked, then imported. */
export function ImportDialog({ onClose }: ImportDialogProps) {
  const [file, setFile] = useState<UserFile>();
  const [fields, setFields] = useState<readonly (Field | undefined)[]>([]);
  const [isEmpty, setIsEmpty] = useState(false);
  const [sentShare, setSentShare] = useState(0);
  const send = useMutation({
    mutationFn: ({ of, dryRun }: { of: UserFile; dryRun: boolean }): Promise<UserImport> => {
      setSentShare(0);
      return sendUserFile(mappedFile(of, fields), { dryRun }, setSentShare);
    },
    onSuccess: async ({ dryRun }) => {
      if (!dryRun) await refreshUserData();
    },
  });
  const report = send.data;
  const isOver = report?.dryRun === false;

  async function open(chosen: File): Promise<void> {
    const opened = await openUserFile(chosen);
    send.reset();
    setIsEmpty(opened === undefined);
    setFile(opened);
    setFields(guessFields(opened?.headers ?? []));
  }

  function changeField(column: number, field: Field | undefined): void {
    send.reset();
    // A field is in one column.
    setFields(fields.map((one, at) => (at === column ? field : one === field ? undefined : one)));
  }

  return (
    <Dialog title="Import users" size="wide" onClose={onClose}>
      <DialogBody
        onSubmit={(event) => {
          event.preventDefault();
          if (file && !send.isPending) send.mutate({ of: file, dryRun: report === undefined });
        }}
        actions={
          isOver ? (
            <Button kind="primary" onClick={onClose}>
              Close
            </Button>
          ) : (
            <>
              <Button onClick={onClose}>Cancel</Button>
              {file && fields.includes('email') && report?.imported !== 0 && (
                <Button type="submit" kind="primary" busy={send.isPending}>
                  {report ? `Import ${usersText(report.imported)}` : 'Check all rows'}
                </Button>
              )}
            </>
          )
        }
      >
        {!isOver && (
          <FileField
            label="CSV file in UTF-8"
            accept=".csv,text/csv"
            file={file?.file}
            hint="Its first line names the columns; one of them is the e-mail address."
            error={isEmpty ? 'The file is empty.' : undefined}
            onChoose={(chosen) => void open(chosen)}
          />
        )}
        {file && !isOver && <ImportColumns file={file} fields={fields} onChange={changeField} />}
        {send.isPending && (
          <p className={styles.sending} role="status">
            <progress {...(sentShare < 1 && { value: sentShare })} aria-label="Sent" />
            {sentShare < 1
              ? `Sending: ${Math.round(sentShare * 100)} %`
              : 'The server goes through the rows.'}
          </p>
        )}
        {send.error && (
          <p className={styles.refused} role="alert">
            {send.error instanceof UserFileRefused
              ? send.error.message
              : 'The file could not be sent. Try again.'}
          </p>
        )}
        {report && !send.isPending && <ImportReport report={report} />}
      </DialogBody>
    </Dialog>
  );
}

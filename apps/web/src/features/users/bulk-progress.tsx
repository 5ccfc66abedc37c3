import { useState } from 'react';
import type { BulkUsersAction } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { Dialog } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { numberText } from '../../lib/number-text.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { BulkOutcomes } from './bulk-outcomes.tsx';
import { undoOf } from './bulk-undo.ts';
import { bulkWords } from './bulk-words.ts';
import type { BulkRun, BulkStep } from './use-bulk-run.ts';
import styles from './bulk-progress.module.css';

export interface BulkProgressProps {
  action: BulkUsersAction;
  run: BulkRun;
  onStop: () => void;
  onUndo: (steps: readonly BulkStep[]) => void;
  onClose: () => void;
}

/** How far something is that is done to many users, then what became of each, and the way back. */
export function BulkProgress({ action, run, onStop, onUndo, onClose }: BulkProgressProps) {
  const words = bulkWords[action];
  const [isUndone, setIsUndone] = useState(false);
  const isRunning = run.state === 'running';
  const undo = isRunning || isUndone ? [] : undoOf(action, run.outcomes);
  return (
    <Dialog title={words.title} onClose={isRunning ? onStop : onClose}>
      <DialogBody
        onSubmit={(event) => event.preventDefault()}
        actions={
          isRunning ? (
            <Button onClick={onStop}>Stop</Button>
          ) : (
            <>
              {undo.length > 0 && (
                <Button
                  onClick={() => {
                    setIsUndone(true);
                    onUndo(undo);
                  }}
                >
                  Undo
                </Button>
              )}
              <Button kind="primary" onClick={onClose}>
                Close
              </Button>
            </>
          )
        }
      >
        {isRunning ? (
          <div className={styles.running}>
            <label htmlFor="bulk-progress">
              {isUndone ? 'Putting back' : words.doing}: {numberText(run.outcomes.length)} of{' '}
              {numberText(run.total)}
            </label>
            <progress id="bulk-progress" value={run.outcomes.length} max={run.total} />
          </div>
        ) : (
          <>
            {run.error !== null && <ProblemReport error={run.error} size="inline" />}
            {run.state === 'stopped' && (
              <p>
                Stopped after {numberText(run.outcomes.length)} of {numberText(run.total)}.
              </p>
            )}
            <BulkOutcomes
              outcomes={run.outcomes}
              deed={isUndone ? 'put back as before' : words.done}
            />
          </>
        )}
      </DialogBody>
    </Dialog>
  );
}

import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { Button } from '@apigate/ui/button';
import { Status } from '@apigate/ui/status';

export interface LiveStatusProps {
  line: 'off' | 'connecting' | 'watching' | 'refused';
  hasGap: boolean;
  isPaused: boolean;
  onPause: (isPaused: boolean) => void;
}

/** Whether requests come in as they happen; stops and resumes that. */
export function LiveStatus({ line, hasGap, isPaused, onPause }: LiveStatusProps) {
  return (
    <>
      {hasGap && <Status tone="warn" word="Too many to show all" />}
      <Status {...statuses[isPaused ? 'off' : line]} />
      <Button
        kind="quiet"
        icon={isPaused ? <IconPlayerPlay aria-hidden /> : <IconPlayerPause aria-hidden />}
        onClick={() => onPause(!isPaused)}
      >
        {isPaused ? 'Resume' : 'Pause'}
      </Button>
    </>
  );
}

const statuses = {
  off: { tone: 'idle', word: 'Paused' },
  connecting: { tone: 'warn', word: 'Connecting…' },
  watching: { tone: 'good', word: 'Live' },
  refused: { tone: 'bad', word: 'Not live' },
} as const;

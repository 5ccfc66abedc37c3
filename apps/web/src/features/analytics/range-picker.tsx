import { useId, useState, type FormEvent } from 'react';
import { IconCalendar } from '@tabler/icons-react';
import { Button } from '@apigate/ui/button';
import { Popover } from '@apigate/ui/popover';
import { Segmented } from '@apigate/ui/segmented';
import { TextField } from '@apigate/ui/text-field';
import { rangeNames, type RangeName, type RangeSearch, type TimeRange } from './time-range.ts';
import styles from './range-picker.module.css';

export interface RangePickerProps {
  range: TimeRange;
  onChange: (search: RangeSearch) => void;
}

const rangeTexts: Record<RangeName, string> = {
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
  month: 'This month',
};
const options = rangeNames.map((value) => ({ value, label: rangeTexts[value] }));

/** The stretch of time that a page is about: one that ends now, or two moments. */
export function RangePicker({ range, onChange }: RangePickerProps) {
  return (
    <div className={styles.picker}>
      <Segmented<RangeName | ''>
        label="Time"
        options={options}
        value={range.name ?? ''}
        onChange={(name) => onChange(name === '' ? {} : { range: name })}
      />
      <Popover
        label="From and to"
        trigger={(props) => (
          <Button icon={<IconCalendar aria-hidden />} aria-pressed={range.name === null} {...props}>
            {range.name === null ? (
              stretchText(range)
            ) : (
              <span className={styles.fromTo}>From … to</span>
            )}
          </Button>
        )}
      >
        <FromTo range={range} onChange={onChange} />
      </Popover>
    </div>
  );
}

const dayAndHour = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

function stretchText({ from, to, bucket }: TimeRange): string {
  return bucket === 'hour'
    ? dayAndHour.formatRange(from, to)
    : day.formatRange(from, new Date(to.getTime() - 1));
}

function FromTo({ range, onChange }: RangePickerProps) {
  const id = useId();
  const [error, setError] = useState<string>();
  function apply(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const momentOf = (name: string) => {
      const entered = form.get(name);
      return new Date(typeof entered === 'string' ? entered : '');
    };
    const [from, to] = [momentOf('from'), momentOf('to')];
    if (!(from < to)) {
      setError('The beginning must lie before the end.');
      return;
    }
    event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover();
    onChange({ from: from.toISOString(), to: to.toISOString() });
  }
  return (
    <form className={styles.form} onSubmit={apply} aria-labelledby={id}>
      <p id={id}>Your time, widened to whole hours; over 7 days, to whole days of UTC.</p>
      <TextField
        label="From"
        name="from"
        type="datetime-local"
        required
        defaultValue={localText(range.from)}
        error={error}
      />
      <TextField
        label="To"
        name="to"
        type="datetime-local"
        required
        defaultValue={localText(range.to)}
      />
      <Button kind="primary" type="submit">
        Show
      </Button>
    </form>
  );
}

/** A moment as a field takes it: `2026-11-22T15:00`, in the time of this browser. */
function localText(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

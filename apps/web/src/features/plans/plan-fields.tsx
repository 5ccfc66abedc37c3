import { CheckField } from '@apigate/ui/check-field';
import { Panel } from '@apigate/ui/panel';
import { SelectField } from '@apigate/ui/select-field';
import { TextAreaField } from '@apigate/ui/text-area-field';
import { TextField } from '@apigate/ui/text-field';
import { featuresText, type PlanDraft } from './plan-draft.ts';
import { enforcementOptions } from './plan-words.ts';
import styles from './plan-fields.module.css';

export interface PlanFieldsProps {
  /** What the fields start with. */
  start: PlanDraft;
  /** What stands in them now. */
  draft: PlanDraft;
  isNew: boolean;
  errors: Readonly<Record<string, string>>;
}

/** The fields of a plan, in panels: what it is, what it allows, what it costs, what is behind it. */
export function PlanFields({ start, draft, isNew, errors }: PlanFieldsProps) {
  const number = (field: 'requestsPerMonth' | 'rateLimitPerMinute' | 'burst', label: string) => ({
    label,
    name: field,
    type: 'number',
    min: 1,
    step: 1,
    inputMode: 'numeric' as const,
    defaultValue: start[field] ?? '',
    error: errors[field],
  });
  return (
    <>
      <Panel title="Limits">
        <div className={styles.pair}>
          <TextField
            {...number('requestsPerMonth', 'Requests a month')}
            placeholder="unlimited"
            hint="Units in a calendar month, for all keys of a user together. Empty is unlimited."
          />
          <TextField
            {...number('rateLimitPerMinute', 'Requests a minute')}
            placeholder="unlimited"
            hint="Fills up continuously. Empty is unlimited."
          />
          <TextField
            {...number('burst', 'Burst')}
            placeholder={String(draft.rateLimitPerMinute ?? 'unlimited')}
            hint="Requests that may come at once. Empty is a minute’s worth."
          />
          <SelectField
            label="Past the month’s requests"
            name="enforcement"
            defaultValue={start.enforcement}
            options={enforcementOptions}
            error={errors['enforcement']}
          />
          {draft.enforcement === 'soft' && (
            <TextField
              label={`Price of 1,000 more, in ${draft.currency}`}
              note="optional"
              name="overage"
              type="number"
              min={0}
              step="0.01"
              defaultValue={amountText(start.overageCentsPer1000)}
              error={errors['overageCentsPer1000']}
            />
          )}
        </div>
      </Panel>
      <Panel title="Name and price">
        <div className={styles.pair}>
          <TextField
            label="Name"
            name="name"
            required
            maxLength={100}
            autoComplete="off"
            defaultValue={start.name}
            error={errors['name']}
          />
          <TextField
            label="Slug"
            note={isNew ? 'made from the name' : undefined}
            name="slug"
            required={!isNew}
            maxLength={64}
            autoComplete="off"
            spellCheck={false}
            defaultValue={start.slug}
            hint="What commands and addresses call it."
            error={errors['slug']}
          />
          <TextField
            label="Price a month"
            name="price"
            type="number"
            min={0}
            step="0.01"
            required
            defaultValue={amountText(start.priceMonthlyCents)}
            error={errors['priceMonthlyCents']}
          />
          <TextField
            label="Currency"
            name="currency"
            required
            minLength={3}
            maxLength={3}
            autoComplete="off"
            defaultValue={start.currency}
            error={errors['currency']}
          />
          <TextField
            label="Trial days"
            name="trialDays"
            type="number"
            min={0}
            max={730}
            step={1}
            defaultValue={start.trialDays}
            error={errors['trialDays']}
          />
        </div>
        <TextField
          label="Description"
          note="optional"
          name="description"
          maxLength={500}
          defaultValue={start.description ?? ''}
          error={errors['description']}
        />
        <TextAreaField
          label="Features"
          note="optional"
          name="features"
          defaultValue={featuresText(start.features)}
          placeholder="support: e-mail within a day"
          hint="One a line, name: value. Customers see them when they compare plans."
          error={errors['features']}
        />
        <CheckField
          label="Offered"
          name="enabled"
          defaultChecked={start.enabled}
          hint="Off, nobody new can be put on it; who is on it stays."
        />
      </Panel>
      <Panel title="At payment providers">
        <div className={styles.pair}>
          {providers.map(({ field, label }) => (
            <TextField
              key={field}
              label={label}
              note="optional"
              name={field}
              maxLength={128}
              autoComplete="off"
              spellCheck={false}
              defaultValue={start[field] ?? ''}
              error={errors[field]}
            />
          ))}
        </div>
      </Panel>
    </>
  );
}

const providers = [
  { field: 'stripePriceId', label: 'Price at Stripe' },
  { field: 'paddlePriceId', label: 'Price at Paddle' },
  { field: 'lemonSqueezyVariantId', label: 'Variant at Lemon Squeezy' },
] as const;

function amountText(cents: number | null): string {
  return cents === null ? '' : (cents / 100).toFixed(2);
}

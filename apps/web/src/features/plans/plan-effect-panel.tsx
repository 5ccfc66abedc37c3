import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Plan, PlanEffect } from '@apigate/contract';
import { CodePopover } from '@apigate/ui/code-popover';
import { Panel } from '@apigate/ui/panel';
import { Skeleton } from '@apigate/ui/skeleton';
import { numberText } from '../../lib/number-text.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import type { PlanLimits } from './plan-draft.ts';
import { planEffectQuery } from './plan-effect-query.ts';
import { planEffectInCode } from './plans-in-code.ts';
import styles from './plan-effect-panel.module.css';

export interface PlanEffectPanelProps {
  plan: Plan;
  /** The limits that would be saved, as they stand in the form. */
  limits: PlanLimits;
}

/** What the limits in the form would do to the users of a plan, before they are saved. */
export function PlanEffectPanel({ plan, limits }: PlanEffectPanelProps) {
  const effect = useQuery(planEffectQuery(plan.id, limits));
  return (
    <Panel
      title="Effect on current users"
      aside={
        <CodePopover
          about="What the limits in the form would do."
          samples={planEffectInCode(plan, limits)}
        />
      }
    >
      {effect.data ? (
        <Effect effect={effect.data} isStale={effect.isPlaceholderData} />
      ) : effect.error ? (
        <ProblemReport error={effect.error} size="inline" onRetry={() => void effect.refetch()} />
      ) : (
        <Skeleton heightPx={280} />
      )}
    </Panel>
  );
}

function Effect({ effect, isStale }: { effect: PlanEffect; isStale: boolean }) {
  const { userCount, firstDay, present, proposed, mostAffected } = effect;
  const isHard = proposed.enforcement === 'hard';
  return (
    <div className={styles.effect} data-stale={isStale || undefined} role="status">
      <p>{sentenceOf(effect)}</p>
      <dl className={styles.figures}>
        <Figure
          term={isHard ? 'Refused from now to the end of the month' : 'Billed for what comes now'}
          hint="at the month’s quota"
          before={present.usersAtQuota}
          after={proposed.usersAtQuota}
        />
        <Figure
          term={
            isHard ? 'Past the quota, would have been refused' : 'Past the quota, would be billed'
          }
          hint={`${counted(proposed.unitsPastQuota, 'unit')} since ${firstDay}`}
          before={present.usersPastQuota}
          after={proposed.usersPastQuota}
        />
        <Figure
          term="Past the rate limit, would have been refused"
          hint={`at least ${counted(proposed.requestsPastRate, 'request')} since ${firstDay}`}
          before={present.usersPastRate}
          after={proposed.usersPastRate}
        />
      </dl>
      {mostAffected.length > 0 && (
        <table className={styles.users}>
          <caption>Most affected of {numberText(userCount)}, in units and requests</caption>
          <thead>
            <tr>
              <th scope="col">User</th>
              <th scope="col">Used</th>
              <th scope="col">Past quota</th>
              <th scope="col">Past rate</th>
            </tr>
          </thead>
          <tbody>
            {mostAffected.map(({ user, used, unitsPastQuota, requestsPastRate }) => (
              <tr key={user.id}>
                <td>
                  <Link to="/console/users/$id" params={{ id: user.id }}>
                    {user.email}
                  </Link>
                </td>
                <td>{numberText(used)}</td>
                <td>{numberText(unitsPastQuota)}</td>
                <td>{numberText(requestsPastRate)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className={styles.ground}>
        Worked out from what was let through in the last 30 days. The quota is exact where a request
        costs one unit. The rate limit is a least: it counts what an hour brought beyond what an
        hour lets through; shorter bursts are not seen.
      </p>
    </div>
  );
}

function sentenceOf({ userCount, present, proposed }: PlanEffect): string {
  if (userCount === 0) return 'Nobody is on this plan, so nobody notices.';
  const users = userCount === 1 ? 'One user is' : `${numberText(userCount)} users are`;
  const isSame =
    present.usersAtQuota === proposed.usersAtQuota &&
    present.unitsPastQuota === proposed.unitsPastQuota &&
    present.requestsPastRate === proposed.requestsPastRate;
  const touched =
    proposed.usersAtQuota + proposed.usersPastQuota + proposed.usersPastRate === 0
      ? 'By their last 30 days none of them reaches these limits.'
      : isSame
        ? 'These limits treat their last 30 days as the saved ones do.'
        : 'These limits treat their last 30 days differently from the saved ones:';
  return `${users} on this plan, and a change holds for them at once. ${touched}`;
}

function counted(count: number, noun: string): string {
  return `${numberText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

interface FigureProps {
  term: string;
  hint: string;
  before: number;
  after: number;
}

function Figure({ term, hint, before, after }: FigureProps) {
  return (
    <div data-tone={after > before ? 'warn' : undefined}>
      <dt>{term}</dt>
      <dd>
        <strong>
          {before === after ? numberText(after) : `${numberText(before)} → ${numberText(after)}`}
        </strong>{' '}
        {after === 1 ? 'user' : 'users'} <span>{hint}</span>
      </dd>
    </div>
  );
}

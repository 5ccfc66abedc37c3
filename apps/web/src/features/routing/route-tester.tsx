import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { RouteTest } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { Panel } from '@apigate/ui/panel';
import { SelectField } from '@apigate/ui/select-field';
import { Skeleton } from '@apigate/ui/skeleton';
import { Status } from '@apigate/ui/status';
import { TextField } from '@apigate/ui/text-field';
import { DecisionTimeline } from '../../lib/decision-timeline.tsx';
import { errorCodeOf, fieldErrors } from '../../lib/error-text.ts';
import { formText } from '../../lib/form-text.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { routeTestQuery } from './routing-query.ts';
import { readRoutingSearch, testedMethods, type TestedRequest } from './routing-search.ts';
import styles from './route-tester.module.css';

export interface RouteTesterProps {
  /** The request that is asked about; without a path nothing is. */
  search: TestedRequest;
  onTest: (search: TestedRequest) => void;
}

/** What the proxy would do with a request, without sending it. */
export function RouteTester({ search, onTest }: RouteTesterProps) {
  const { method = 'GET', path, host, as } = search;
  const test = useQuery(routeTestQuery(search));
  const errors = fieldErrors(test.error);
  const isUnknownCaller = errorCodeOf(test.error) === 'not_found';
  const isTold = Object.keys(errors).length > 0 || isUnknownCaller;
  return (
    <Panel title="Test a request">
      <form
        key={JSON.stringify(search)}
        className={styles.request}
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const read = (name: string) => formText(form, name).trim();
          const asked = {
            method: read('method'),
            path: read('path'),
            host: read('host'),
            as: read('as'),
          };
          onTest(readRoutingSearch(asked));
          void test.refetch();
        }}
      >
        <SelectField
          label="Method"
          name="method"
          defaultValue={method}
          options={testedMethods.map((value) => ({ value, label: value }))}
        />
        <TextField
          label="Path"
          name="path"
          required
          maxLength={8192}
          autoComplete="off"
          spellCheck={false}
          placeholder="/v1/users?page=2"
          defaultValue={path ?? ''}
          error={errors['path']}
        />
        <TextField
          label="Host"
          note="optional"
          name="host"
          maxLength={260}
          autoComplete="off"
          spellCheck={false}
          placeholder="any"
          defaultValue={host ?? ''}
          error={errors['host']}
        />
        <TextField
          label="With the key of"
          note="optional"
          name="as"
          maxLength={320}
          autoComplete="off"
          spellCheck={false}
          placeholder="E-mail or key"
          defaultValue={as ?? ''}
          error={
            isUnknownCaller ? 'There is no such user or key.' : (errors['key'] ?? errors['user'])
          }
        />
        <Button type="submit" kind="primary" busy={test.isFetching}>
          Test
        </Button>
      </form>
      {test.error && !isTold && <ProblemReport error={test.error} size="inline" />}
      {path === undefined ? (
        <p className={styles.about}>
          Nothing is sent: the routes, keys and limits of now are looked at in the order in which
          the proxy does.
        </p>
      ) : (
        !test.error && (test.data ? <Outcome test={test.data} /> : <Skeleton heightPx={360} />)
      )}
    </Panel>
  );
}

function Outcome({ test }: { test: RouteTest }) {
  const { code, status, detail, route, upstream, upstreamUrl, key, user, others } = test;
  return (
    <div className={styles.outcome} role="status">
      <div className={styles.verdict}>
        <Status
          tone={code === null ? 'good' : 'bad'}
          word={code === null ? 'Would pass' : `Would be refused: ${status} ${code}`}
        />
        {code !== null && <p>{detail}</p>}
        {route !== null && (
          <p>
            By the route <strong>{route.name}</strong> to <strong>{upstream?.name}</strong>:{' '}
            <code>{upstreamUrl}</code>
          </p>
        )}
        {user !== null && (
          <p className={styles.about}>
            With {key === null ? 'no key, because there is none, of ' : `the key ${key.name} of `}
            <Link to="/console/users/$id" params={{ id: user.id }}>
              {user.email}
            </Link>
          </p>
        )}
      </div>
      <DecisionTimeline
        steps={test.steps}
        figures={{
          Key: key === null ? 'none' : `${key.prefix}…${key.lastFour}`,
          Upstream: upstreamUrl ?? undefined,
        }}
        isForecast
      />
      {others.length > 0 && (
        <details className={styles.others}>
          <summary>Why not another route</summary>
          <ul>
            {others.map((other) => (
              <li key={other.route.id}>
                <strong>{other.route.name}</strong>{' '}
                <code>{`${other.host ?? ''}${other.path}`}</code>
                <span>{other.detail}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

import { useRef, useState } from 'react';
import type { ApiOperation, ApiReference, Instance } from '@apigate/contract';
import { CodeBlock } from '@apigate/ui/code-block';
import { CopyButton } from '@apigate/ui/copy-button';
import { Panel } from '@apigate/ui/panel';
import { Segmented } from '@apigate/ui/segmented';
import { callCode, callLanguages } from '../../lib/call-code.ts';
import { useKeptChoice } from '../../lib/use-kept-choice.ts';
import { AnswerView } from './answer-view.tsx';
import { callRequest, type CallValues } from './call-request.ts';
import { exampleValue, type Schemas } from './example-value.ts';
import { initialValues } from './initial-values.ts';
import { MethodMark } from './method-mark.tsx';
import { RequestFields } from './request-fields.tsx';
import { RichText } from './rich-text.tsx';
import { SchemaTree } from './schema-tree.tsx';
import { TryButtons, TryKeyField } from './try-key-field.tsx';
import { useTryCall } from './use-try-call.ts';
import { useTryKey } from './try-key.ts';
import styles from './operation-view.module.css';

export interface OperationViewProps {
  reference: ApiReference;
  operation: ApiOperation;
  schemas: Schemas;
  instance: Pick<Instance, 'proxyUrl' | 'tryIt'>;
}

/** One operation: what it takes, to be filled in and sent; the same as code; and what it answers. */
export function OperationView({ reference, operation, schemas, instance }: OperationViewProps) {
  const [values, setValues] = useState<CallValues>(() => initialValues(operation, schemas));
  const request = callRequest(instance.proxyUrl, reference, operation, values);
  const tryCall = useTryCall();
  const apiKey = useTryKey();
  const form = useRef<HTMLFormElement>(null);
  return (
    <article className={styles.operation}>
      <header className={styles.head}>
        <h2>{operation.summary}</h2>
        <p className={styles.address}>
          <MethodMark method={operation.method} />
          <code>{reference.basePath + operation.path}</code>
          <CopyButton
            kind="icon"
            text={`${location.origin}/portal/reference?op=${encodeURIComponent(operation.id)}`}
            label="Copy link to this operation"
          />
        </p>
        {operation.isDeprecated && <p className={styles.muted}>Deprecated: it may go away.</p>}
        {operation.description && <RichText text={operation.description} />}
      </header>
      <form
        ref={form}
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void tryCall.send(request, apiKey);
        }}
      >
        <Panel title={instance.tryIt ? 'Try it' : 'Request'}>
          {instance.tryIt && <TryKeyField />}
          <RequestFields
            operation={operation}
            schemas={schemas}
            values={values}
            onChange={setValues}
          />
          {instance.tryIt ? (
            <TryButtons tryCall={tryCall} url={request.url} method={request.method} />
          ) : (
            <p className={styles.muted}>Calls from this page are switched off here.</p>
          )}
        </Panel>
      </form>
      <AnswerView state={tryCall.state} />
      <Code request={request} />
      <Responses operation={operation} schemas={schemas} />
    </article>
  );
}

function Code({ request }: { request: ReturnType<typeof callRequest> }) {
  const [language, setLanguage] = useKeptChoice('language', callLanguages);
  return (
    <Panel
      title="In code"
      aside={
        <Segmented
          label="Language"
          options={callLanguages.map((each) => ({ value: each, label: each }))}
          value={language}
          onChange={setLanguage}
        />
      }
    >
      <CodeBlock
        code={callCode(language, request, 'YOUR_KEY')}
        copyLabel={`Copy ${language} code`}
      />
    </Panel>
  );
}

function Responses({ operation, schemas }: Pick<OperationViewProps, 'operation' | 'schemas'>) {
  if (operation.responses.length === 0) return null;
  return (
    <Panel title="Answers">
      <ul className={styles.responses}>
        {operation.responses.map(({ status, description, contents }, at) => (
          <li key={status}>
            <details open={at === 0}>
              <summary>
                <code>{status}</code> {description.split('\n')[0]}
              </summary>
              {contents.map(({ type, schema, example }) => (
                <div key={type} className={styles.content}>
                  <p className={styles.muted}>{type}</p>
                  {schema && <SchemaTree schema={schema} schemas={schemas} />}
                  {(example ?? schema) && (
                    <CodeBlock
                      code={
                        example ??
                        JSON.stringify(exampleValue(schema ?? { types: [] }, schemas), null, 2)
                      }
                      copyLabel={`Copy example of ${status}`}
                    />
                  )}
                </div>
              ))}
            </details>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

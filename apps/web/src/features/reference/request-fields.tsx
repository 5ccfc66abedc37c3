import type { ApiOperation, ApiParameter } from '@apigate/contract';
import { SelectField } from '@apigate/ui/select-field';
import { TextArea } from '@apigate/ui/text-area';
import { TextField } from '@apigate/ui/text-field';
import { parameterKey, type CallValues } from './call-request.ts';
import type { Schemas } from './example-value.ts';
import { bodyExample } from './initial-values.ts';
import { SchemaTree } from './schema-tree.tsx';
import { schemaType } from './schema-type.ts';
import styles from './request-fields.module.css';

export interface RequestFieldsProps {
  operation: ApiOperation;
  schemas: Schemas;
  values: CallValues;
  onChange: (values: CallValues) => void;
}

const placeTitles = {
  path: 'In the path',
  query: 'In the query',
  header: 'Headers',
  cookie: 'Cookies, which a page cannot send',
} as const;

/** What a call takes, a field each: parameters by where they go, then the body. */
export function RequestFields({ operation, schemas, values, onChange }: RequestFieldsProps) {
  const places = (['path', 'query', 'header', 'cookie'] as const)
    .map((place) => ({
      place,
      parameters: operation.parameters.filter((each) => each.in === place),
    }))
    .filter(({ parameters }) => parameters.length > 0);
  return (
    <>
      {places.map(({ place, parameters }) => (
        <fieldset key={place} className={styles.place}>
          <legend>{placeTitles[place]}</legend>
          {parameters.map((parameter) => {
            const key = parameterKey(parameter);
            return (
              <ParameterField
                key={key}
                parameter={parameter}
                schemas={schemas}
                value={values.parameters[key] ?? ''}
                onChange={(value) =>
                  onChange({ ...values, parameters: { ...values.parameters, [key]: value } })
                }
              />
            );
          })}
        </fieldset>
      ))}
      {operation.body && (
        <BodyFields body={operation.body} schemas={schemas} values={values} onChange={onChange} />
      )}
    </>
  );
}

interface ParameterFieldProps {
  parameter: ApiParameter;
  schemas: Schemas;
  value: string;
  onChange: (value: string) => void;
}

function ParameterField({ parameter, schemas, value, onChange }: ParameterFieldProps) {
  const { name, isRequired, description, schema } = parameter;
  const type = schemaType(schema, schemas);
  const field = {
    label: name,
    note: isRequired ? `${type}, required` : type,
    hint: [description, schema.bounds?.join(' · '), many(schema.types)].filter(Boolean).join(' '),
    value,
    required: isRequired && parameter.in !== 'cookie',
  };
  const values = schema.values ?? (schema.types[0] === 'boolean' ? ['true', 'false'] : undefined);
  if (values !== undefined) {
    const options = values.map((json) => json.replace(/^"(.*)"$/, '$1'));
    return (
      <SelectField
        {...field}
        options={[
          { value: '', label: isRequired ? 'Choose' : 'Left out' },
          ...options.map((option) => ({ value: option, label: option })),
        ]}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextField
      {...field}
      autoComplete="off"
      spellCheck={false}
      placeholder={parameter.example ?? ''}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function many(types: readonly string[]): string | undefined {
  return types.includes('array') ? 'Several are separated by commas.' : undefined;
}

type BodyFieldsProps = Omit<RequestFieldsProps, 'operation'> & {
  body: NonNullable<ApiOperation['body']>;
};

function BodyFields({ body, schemas, values, onChange }: BodyFieldsProps) {
  const content = body.contents.find(({ type }) => type === values.contentType);
  return (
    <fieldset className={styles.place}>
      <legend>Body</legend>
      {body.contents.length > 1 && (
        <SelectField
          label="Type"
          value={values.contentType ?? ''}
          options={body.contents.map(({ type }) => ({ value: type, label: type }))}
          onChange={(event) => {
            const next = body.contents.find(({ type }) => type === event.currentTarget.value);
            if (next === undefined) return;
            onChange({ ...values, contentType: next.type, body: bodyExample(next, schemas) });
          }}
        />
      )}
      <TextArea
        label={content?.type ?? 'Body'}
        note={body.isRequired ? 'required' : undefined}
        required={body.isRequired}
        value={values.body}
        rows={Math.min(16, values.body.split('\n').length + 1)}
        spellCheck={false}
        onChange={(event) => onChange({ ...values, body: event.currentTarget.value })}
      />
      {content?.schema && (
        <details className={styles.schema}>
          <summary>What the body may hold</summary>
          <SchemaTree schema={content.schema} schemas={schemas} />
        </details>
      )}
    </fieldset>
  );
}

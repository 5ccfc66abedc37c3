import { useState, type ReactNode } from 'react';
import type { ApiSchema } from '@apigate/contract';
import type { Schemas } from './example-value.ts';
import { RichText } from './rich-text.tsx';
import { schemaType } from './schema-type.ts';
import styles from './schema-tree.module.css';

export interface SchemaTreeProps {
  schema: ApiSchema;
  schemas: Schemas;
}

/** What a value looks like. Parts open when they are asked for, so one that contains itself has no end and needs none. */
export function SchemaTree({ schema, schemas }: SchemaTreeProps) {
  const shown = targetOf(schema, schemas);
  return (
    <div className={styles.tree}>
      <p className={styles.type}>{schemaType(schema, schemas)}</p>
      <About schema={shown} />
      <Inside schema={shown} schemas={schemas} />
    </div>
  );
}

function targetOf(schema: ApiSchema, schemas: Schemas): ApiSchema {
  return (schema.ref === undefined ? undefined : schemas.get(schema.ref)) ?? schema;
}

function About({
  schema: { description, bounds, values, default: fallback },
}: {
  schema: ApiSchema;
}) {
  const facts = [
    ...(bounds ?? []),
    ...(values === undefined ? [] : [`one of ${values.join(', ')}`]),
    ...(fallback === undefined ? [] : [`${fallback} unless told`]),
  ];
  return (
    <>
      {description && <RichText text={description} />}
      {facts.length > 0 && <p className={styles.facts}>{facts.join(' · ')}</p>}
    </>
  );
}

/** The parts of a schema, if it has any. */
function Inside({ schema, schemas }: SchemaTreeProps) {
  const { properties = [], items, others, either = [], every = [] } = schema;
  return (
    <>
      {properties.length > 0 && (
        <ul className={styles.parts}>
          {properties.map((property) => (
            <Part
              key={property.name}
              name={<code>{property.name}</code>}
              isRequired={property.isRequired}
              schema={property.schema}
              schemas={schemas}
            />
          ))}
        </ul>
      )}
      {items && <Parts of={[['each item', items]]} schemas={schemas} />}
      {others && <Parts of={[['any other name', others]]} schemas={schemas} />}
      {either.length > 0 && (
        <Parts of={either.map((one, at) => [at === 0 ? 'either' : 'or', one])} schemas={schemas} />
      )}
      {every.length > 0 && (
        <Parts of={every.map((one, at) => [at === 0 ? 'all of' : 'and', one])} schemas={schemas} />
      )}
    </>
  );
}

function Parts({
  of,
  schemas,
}: {
  of: readonly (readonly [string, ApiSchema])[];
  schemas: Schemas;
}) {
  return (
    <ul className={styles.parts}>
      {of.map(([name, schema], at) => (
        <Part key={at} name={name} isRequired={false} schema={schema} schemas={schemas} />
      ))}
    </ul>
  );
}

interface PartProps extends SchemaTreeProps {
  name: ReactNode;
  isRequired: boolean;
}

function Part({ name, isRequired, schema, schemas }: PartProps) {
  const [isOpen, setIsOpen] = useState(false);
  const shown = targetOf(schema, schemas);
  const line = (
    <>
      {name} <span className={styles.type}>{schemaType(schema, schemas)}</span>
      {isRequired && <span className={styles.required}> required</span>}
      {schema.isDeprecated && <span className={styles.type}> deprecated</span>}
    </>
  );
  const hasInside =
    [shown.properties, shown.either, shown.every].some((list) => (list ?? []).length > 0) ||
    shown.items !== undefined ||
    shown.others !== undefined;
  if (!hasInside) {
    return (
      <li>
        {line}
        <About schema={shown} />
      </li>
    );
  }
  return (
    <li>
      <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary>{line}</summary>
        {isOpen && (
          <>
            <About schema={shown} />
            <Inside schema={shown} schemas={schemas} />
          </>
        )}
      </details>
    </li>
  );
}

import { useState } from 'react';
import { IconCode } from '@tabler/icons-react';
import { Button } from './button.tsx';
import { CodeBlock } from './code-block.tsx';
import { Popover } from './popover.tsx';
import { Segmented } from './segmented.tsx';
import styles from './code-popover.module.css';

export interface CodePopoverProps {
  /** What the code does, in a sentence. */
  about: string;
  /** The same thing in several languages; never empty. */
  samples: readonly [CodeSample, ...CodeSample[]];
}

export interface CodeSample {
  name: string;
  code: string;
}

/** "Do it in code": what the page shows or does, as commands and calls to take away. */
export function CodePopover({ about, samples }: CodePopoverProps) {
  return (
    <Popover
      label="Do it in code"
      className={styles.popover}
      trigger={(props) => (
        <Button kind="quiet" icon={<IconCode aria-hidden />} {...props}>
          <span className={styles.words}>Do it in code</span>
        </Button>
      )}
    >
      <Samples about={about} samples={samples} />
    </Popover>
  );
}

function Samples({ about, samples }: CodePopoverProps) {
  const [name, setName] = useState(samples[0].name);
  const sample = samples.find((each) => each.name === name) ?? samples[0];
  return (
    <div className={styles.content}>
      <div className={styles.head}>
        <p>{about}</p>
        <Segmented
          label="Language"
          options={samples.map((each) => ({ value: each.name, label: each.name }))}
          value={sample.name}
          onChange={setName}
        />
      </div>
      <CodeBlock code={sample.code} copyLabel={`Copy ${sample.name} code`} />
    </div>
  );
}

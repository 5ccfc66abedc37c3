import { CodeBlock } from '@apigate/ui/code-block';
import { Segmented } from '@apigate/ui/segmented';
import { callCode, callLanguages } from '../../lib/call-code.ts';
import { useKeptChoice } from '../../lib/use-kept-choice.ts';
import styles from './call-snippet.module.css';

const options = callLanguages.map((language) => ({ value: language, label: language }));

export interface CallSnippetProps {
  /** Where the call goes, path included. */
  url: string;
  /** What the call shows to be let in. */
  apiKey: string;
}

/** A call of the API to paste, in the language that was chosen last. */
export function CallSnippet({ url, apiKey }: CallSnippetProps) {
  const [language, setLanguage] = useKeptChoice('language', callLanguages);
  return (
    <div className={styles.snippet}>
      <Segmented label="Language" options={options} value={language} onChange={setLanguage} />
      <CodeBlock
        code={callCode(language, { method: 'GET', url, headers: [], body: null }, apiKey)}
        copyLabel={language === 'curl' ? 'Copy command' : `Copy ${language} code`}
      />
    </div>
  );
}

import { CodeBlock } from '@apigate/ui/code-block';
import { Segmented } from '@apigate/ui/segmented';
import { callSnippet, snippetLanguages, type FirstCallTarget } from '../../lib/call-snippets.ts';
import { useKeptChoice } from '../../lib/use-kept-choice.ts';
import styles from './call-snippet.module.css';

const options = snippetLanguages.map((language) => ({ value: language, label: language }));

/** A call of the API to paste, in the language that was chosen last. */
export function CallSnippet(target: FirstCallTarget) {
  const [language, setLanguage] = useKeptChoice('language', snippetLanguages);
  return (
    <div className={styles.snippet}>
      <Segmented label="Language" options={options} value={language} onChange={setLanguage} />
      <CodeBlock
        code={callSnippet(language, target)}
        copyLabel={language === 'curl' ? 'Copy command' : `Copy ${language} code`}
      />
    </div>
  );
}

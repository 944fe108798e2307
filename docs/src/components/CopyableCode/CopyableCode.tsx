import useIsBrowser from '@docusaurus/useIsBrowser';
import type { ReactNode } from 'react';
import { useState } from 'react';
import styles from './CopyableCode.module.css';

/**
 * A name in code, with a button that copies it. Where the browser gives no clipboard, the name can still be selected. The button comes with
 * JavaScript, without which it could do nothing: a page of a thousand names is a third smaller for it.
 */
export default function CopyableCode({ code }: { code: string }): ReactNode {
  const isBrowser = useIsBrowser();
  const [copied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(code);
    } catch {
      return;
    }
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  }
  const label = copied ? `Copied ${code}` : `Copy ${code}`;
  return (
    <>
      <code>{code}</code>
      {isBrowser && (
        <button
          type="button"
          className={styles.button}
          data-copied={copied || undefined}
          aria-label={label}
          title="Copy"
          onClick={copy}
        />
      )}
    </>
  );
}

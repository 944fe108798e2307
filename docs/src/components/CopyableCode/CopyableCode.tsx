import type { ReactNode } from 'react';
import { useState } from 'react';
import styles from './CopyableCode.module.css';

/** A name in code, with a button that copies it. Where the browser gives no clipboard, the name can still be selected. */
export default function CopyableCode({ code }: { code: string }): ReactNode {
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
  return (
    <span className={styles.copyable}>
      <code>{code}</code>
      <button
        type="button"
        className={styles.button}
        data-copied={copied || undefined}
        aria-label={copied ? `Copied ${code}` : `Copy ${code}`}
        title="Copy"
        onClick={copy}
      />
    </span>
  );
}

import type { Props } from '@theme/CodeBlock';
import OriginalCodeBlock from '@theme-original/CodeBlock';
import { type ReactNode, useContext } from 'react';
import { Folded } from '../Folded';

/** Code that is folded away is plain text: coloured, it would be half of a page's weight. It is coloured when opened. */
export default function CodeBlock(props: Props): ReactNode {
  const isFolded = useContext(Folded);
  if (!isFolded || typeof props.children !== 'string') return <OriginalCodeBlock {...props} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by the keyboard
    <pre tabIndex={0}>
      <code>{props.children.trimEnd()}</code>
    </pre>
  );
}

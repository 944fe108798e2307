import type { Props } from '@theme/CodeBlock';
import OriginalCodeBlock from '@theme-original/CodeBlock';
import { type ReactNode, useContext } from 'react';
import { Folded } from '../Folded';

/** Code that is folded away is plain text: coloured, it would be half of a page's weight. It is coloured when opened. */
export default function CodeBlock(props: Props): ReactNode {
  const isFolded = useContext(Folded);
  if (!isFolded || typeof props.children !== 'string') return <OriginalCodeBlock {...props} />;
  return (
    <pre>
      <code>{props.children.trimEnd()}</code>
    </pre>
  );
}

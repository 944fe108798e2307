import type { ComponentProps, ReactNode, SyntheticEvent } from 'react';
import { useContext, useState } from 'react';
import { Folded } from '../Folded';

/** The browser's own: works without JavaScript, and opens for a search in the page. Code in it is plain until then. */
export default function Details(props: ComponentProps<'details'>): ReactNode {
  const [isOpened, setOpened] = useState(false);
  const isAround = useContext(Folded);
  return (
    <Folded.Provider value={isAround || !isOpened}>
      <details
        {...props}
        onToggle={(event: SyntheticEvent<HTMLDetailsElement>) => event.currentTarget.open && setOpened(true)}
      />
    </Folded.Provider>
  );
}

import { useHistory } from '@docusaurus/router';
import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { reveal } from '../../clientModules/reveal';

/** A link that stays on its page (`?select=get_user#select-examples`) changes the tab without loading the page again. */
export default function Root({ children }: { children: ReactNode }): ReactNode {
  const history = useHistory();
  useEffect(() => {
    function follow(event: MouseEvent): void {
      if (
        event.defaultPrevented ||
        event.button !== 0 ||
        event.metaKey ||
        event.ctrlKey ||
        event.shiftKey ||
        event.altKey
      )
        return;
      const link = event.target instanceof Element ? event.target.closest('a[href^="?"], a[href^="#"]') : null;
      // Its button copies.
      if (!(link instanceof HTMLAnchorElement) || (event.target as Element).closest('button')) return;
      event.preventDefault();
      history.push(link.pathname + link.search + link.hash);
      reveal(link.hash);
    }
    document.addEventListener('click', follow);
    return () => document.removeEventListener('click', follow);
  }, [history]);
  return children;
}

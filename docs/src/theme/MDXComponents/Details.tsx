import type { ComponentProps, ReactNode } from 'react';

/** The browser's own: works without JavaScript, and opens for a search in the page. */
export default function Details(props: ComponentProps<'details'>): ReactNode {
  return <details {...props} />;
}

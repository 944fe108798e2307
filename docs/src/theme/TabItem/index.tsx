import { useTabs } from '@docusaurus/theme-common/internal';
import type { ReactNode } from 'react';
import { Folded } from '../Folded';

/**
 * A tab's panel, as the theme has it, and its label: screen readers say it, and it stands over the panel where there is no JavaScript.
 * All panels are in the page, so that it can be searched, printed and linked into; code is plain until it is shown.
 */
export default function TabItem({
  children,
  className,
  value,
}: {
  children: ReactNode;
  className?: string;
  value: string;
}): ReactNode {
  const { selectedValue, tabValues } = useTabs();
  const label = tabValues.find((tab) => tab.value === value)?.label ?? value;
  const isHidden = value !== selectedValue;
  return (
    <div role="tabpanel" aria-label={label} className={className} hidden={isHidden}>
      <Folded.Provider value={isHidden}>{children}</Folded.Provider>
    </div>
  );
}

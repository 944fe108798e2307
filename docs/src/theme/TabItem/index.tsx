import { useTabs } from '@docusaurus/theme-common/internal';
import type { ReactNode } from 'react';

/**
 * A tab's panel, as the theme has it, and its label: screen readers say it, and it stands over the panel where there is no JavaScript.
 * All panels are in the page, so that it can be searched, printed and linked into.
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
  return (
    <div role="tabpanel" aria-label={label} className={className} hidden={value !== selectedValue}>
      {children}
    </div>
  );
}

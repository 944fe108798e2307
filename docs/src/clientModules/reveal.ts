/** Shows what a `#fragment` names, also in a closed `<details>` or another tab, and scrolls to it. */
export function reveal(hash: string): void {
  // Tabs are made anew when the page comes to life; what is found before then is gone.
  afterRendering(() => {
    const target = find(hash);
    if (!target) return;
    for (let up: Element | null = target; up; up = up.parentElement) {
      if (up instanceof HTMLDetailsElement) up.open = true;
      if (up.matches('[role=tabpanel][hidden]')) selectTab(up);
    }
    afterRendering(() => find(hash)?.scrollIntoView());
  });
}

export function onRouteDidUpdate({
  location,
  previousLocation,
}: {
  location: Location;
  previousLocation: Location | null;
}): void {
  const sameTarget = previousLocation?.pathname === location.pathname && previousLocation.hash === location.hash;
  if (location.hash && !sameTarget) reveal(location.hash);
  if (!previousLocation) afterRendering(showPlaceInSidebar);
}

/** With more services than fit, the page's own entry would be out of sight. */
function showPlaceInSidebar(): void {
  const entry = [...document.querySelectorAll('.theme-doc-sidebar-menu .menu__link--active')].at(-1);
  const menu = entry?.closest('nav');
  if (!entry || !menu) return;
  const below = entry.getBoundingClientRect().bottom - menu.getBoundingClientRect().bottom;
  if (below > 0) menu.scrollTop += below + menu.clientHeight / 2;
}

function find(hash: string): HTMLElement | null {
  try {
    return document.getElementById(decodeURIComponent(hash.slice(1)));
  } catch {
    return null;
  }
}

function selectTab(panel: Element): void {
  const index = [...(panel.parentElement?.children ?? [])].indexOf(panel);
  const tab = panel.closest('.tabs-container')?.querySelectorAll(':scope > [role=tablist] > [role=tab]')[index];
  if (tab instanceof HTMLElement) tab.click();
}

function afterRendering(then: () => void): void {
  requestAnimationFrame(() =>
    document.documentElement.dataset.hasHydrated === 'true' ? requestAnimationFrame(then) : afterRendering(then),
  );
}

import { createContext } from 'react';

/** Is this inside a tab that is not shown, or a `<details>` that nobody has opened yet? */
export const Folded = createContext(false);

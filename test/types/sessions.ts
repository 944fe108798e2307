/** What of the stubs compiles, and what must not: every `@ts-expect-error` that expects nothing is itself an error. */
import { sessions as okta } from '../../provider/stubs/okta/index.js';
import type { SessionsRow } from '../../provider/stubs/okta/sessions.js';

const { sessions } = okta;

sessions.select({ subdomain: 'my-org' });
sessions.select({ subdomain: 'my-org', sessionId: 's1' }, { columns: ['id', 'status'], limit: 1 });
sessions.select({ subdomain: 'my-org', Cookie: 'sid=1' });
// @ts-expect-error the server variable is missing
sessions.select({ sessionId: 's1' });
// @ts-expect-error no method takes both
sessions.select({ subdomain: 'my-org', sessionId: 's1', Cookie: 'sid=1' });
// @ts-expect-error no method has this parameter
sessions.select({ subdomain: 'my-org', userId: 'u1' });
// @ts-expect-error a session ID is text
sessions.select({ subdomain: 'my-org', sessionId: 1 });
// @ts-expect-error rows have no such column
sessions.select({ subdomain: 'my-org' }, { columns: ['token'] });

sessions.insert({ subdomain: 'my-org' }, { sessionToken: 't' });
// @ts-expect-error the server sets the ID
sessions.insert({ subdomain: 'my-org' }, { id: 's1' });
// @ts-expect-error an insert has no session ID
sessions.insert({ subdomain: 'my-org', sessionId: 's1' }, { sessionToken: 't' });

sessions.delete({ subdomain: 'my-org', sessionId: 's1' });
sessions.exec.refresh_session({ subdomain: 'my-org', sessionId: 's1' });
// @ts-expect-error refresh_session needs the session
sessions.exec.refresh_session({ subdomain: 'my-org' });
// @ts-expect-error there is no such action
sessions.exec.extend_session({ subdomain: 'my-org' });
// @ts-expect-error nothing of a session can be updated
sessions.update;

export const status: SessionsRow['status'] = 'ACTIVE';
// @ts-expect-error not a status of a session
export const wrong: SessionsRow['status'] = 'SLEEPING';

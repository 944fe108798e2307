import { BODIES } from './bodies.js';
import { DOCUMENTS } from './documents.js';
import { EXEC } from './exec.js';
import { JOINS } from './joins.js';
import { PAGING } from './paging.js';
import { PARAMETERS } from './parameters.js';
import { REGISTRY } from './registry.js';
import { ROUTES } from './routes.js';
import { ROWS } from './rows.js';
import { STATEMENTS } from './statements.js';
import type { Fact } from './tiny.js';
import { TRANSPORTS } from './transports.js';

/** All that is known about the engine, by the file that shows it. */
export const TABLES: Readonly<Record<string, readonly Fact[]>> = {
  routes: ROUTES,
  parameters: PARAMETERS,
  statements: STATEMENTS,
  bodies: BODIES,
  rows: ROWS,
  documents: DOCUMENTS,
  paging: PAGING,
  registry: REGISTRY,
  exec: EXEC,
  joins: JOINS,
  transports: TRANSPORTS,
};

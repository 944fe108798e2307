import { TABLES } from './tables.js';
import { facts } from './tiny.js';

for (const [file, table] of Object.entries(TABLES)) facts(file, table);

// Brings the documents that the configs here name into specs/. They belong to their vendors, so none is in this repository.
import { mkdir, writeFile } from 'node:fs/promises';

const GITHUB = 'https://raw.githubusercontent.com';
const SOURCES = {
  'box.json': `${GITHUB}/box/box-openapi/main/openapi.json`,
  'figma.yaml': `${GITHUB}/figma/rest-api-spec/main/openapi/openapi.yaml`,
  'netlify.yaml': `${GITHUB}/netlify/open-api/master/swagger.yml`,
  'phrase.json': `${GITHUB}/phrase/openapi/main/doc/compiled.json`,
  'svix.json': `${GITHUB}/svix/svix-webhooks/main/server/openapi.json`,
};

const folder = new URL('specs/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const [name, url] of Object.entries(SOURCES)) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  await writeFile(new URL(name, folder), Buffer.from(await response.arrayBuffer()));
  console.log(`specs/${name} from ${url}`);
}

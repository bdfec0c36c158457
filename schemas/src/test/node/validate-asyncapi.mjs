// Validates docs/asyncapi.yaml by AsyncAPI's own parser. Run by hand when the document's form changes, since the parser
// brings 168 packages and 54 MB; AsyncApiTest holds the document to the IDL in every build.
//
//   npm install --no-save --ignore-scripts --prefix target/asyncapi @asyncapi/parser@3.6.6
//   NODE_PATH=target/asyncapi/node_modules node schemas/src/test/node/validate-asyncapi.mjs docs/asyncapi.yaml
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const { Parser } = createRequire(import.meta.url)('@asyncapi/parser');
const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], 'utf8'));
for (const { severity, code, path, message } of diagnostics) {
  console.log(['error', 'warning', 'information', 'hint'][severity], code, path.join('.'), message);
}
if (document === undefined) process.exit(1);
console.log(`valid: AsyncAPI ${document.version()}, ${document.channels().length} channels, `
  + `${document.operations().length} operations, ${document.messages().length} messages`);

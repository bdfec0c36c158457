// Shows /openapi.json for people. Only what that document uses is drawn.
import { byId } from './weir.js';

const METHODS = ['get', 'post', 'patch', 'delete'];
const api = await (await fetch('/openapi.json')).json();

/** Follows a reference inside the document. */
function resolve(node) {
  return node.$ref ? node.$ref.slice(2).split('/').reduce((found, key) => found[key.replaceAll('~1', '/')], api) : node;
}

function element(tag, className, ...content) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content);
  return made;
}

/** Describes a schema in a few words. */
function words(schema) {
  const known = resolve(schema);
  if (known.type === 'array') {
    return `list of ${words(known.items)}`;
  }
  const values = known.enum && known.enum.length < 8 ? `: ${known.enum.join(', ')}` : '';
  return (schema.$ref ? schema.$ref.split('/').pop() : known.type) + values;
}

function table(rows) {
  const body = element('tbody', '');
  for (const [name, ...text] of rows) {
    const head = element('th', '', name);
    head.scope = 'row';
    body.append(element('tr', '', head, element('td', '', ...text)));
  }
  return element('table', '', body);
}

function schemaRows(schema) {
  const known = resolve(schema);
  return Object.entries(known.properties || {}).map(([name, property]) => [
    name,
    `${words(property)}. ${resolve(property).description || ''}`,
  ]);
}

function parameters(list) {
  return list.map(resolve).map((parameter) => [
    parameter.name,
    `${parameter.description || ''} `,
    element('small', '', `(${parameter.in})`),
  ]);
}

function body(request) {
  const parts = [];
  for (const [type, media] of Object.entries(resolve(request).content)) {
    const schema = resolve(media.schema);
    parts.push(element('p', '', element('code', '', type), ` ${schema.description || words(media.schema)}`));
    if (schema.properties) {
      parts.push(table(schemaRows(media.schema)));
    }
    if (media.example) {
      const text = typeof media.example === 'string' ? media.example : JSON.stringify(media.example);
      parts.push(element('pre', '', element('code', '', text)));
    }
  }
  return parts;
}

/** Rows of status and meaning; statuses that mean the same share one. */
function responses(all) {
  const rows = new Map();
  for (const [status, reference] of Object.entries(all)) {
    const response = resolve(reference);
    const types = Object.keys(response.content || {});
    const headers = Object.keys(response.headers || {});
    const more = [types.join(', '), headers.length ? `headers ${headers.join(', ')}` : ''].filter(Boolean).join('; ');
    const key = reference.$ref || status;
    const row = rows.get(key) || { statuses: [], text: `${response.description} `, more };
    row.statuses.push(status);
    rows.set(key, row);
  }
  return [...rows.values()].map((row) => [row.statuses.join(' '), row.text, element('small', '', row.more)]);
}

function operation(path, method, item) {
  const it = item[method];
  const root = element('article', 'card operation');
  root.id = it.operationId;
  root.append(
    element('h3', '', element('span', `method ${method}`, method.toUpperCase()), element('code', '', path), it.summary),
  );
  if (it.description) {
    root.append(element('p', '', it.description));
  }
  const taken = [...(item.parameters || []), ...(it.parameters || [])];
  if (taken.length) {
    root.append(element('h4', '', 'Parameters'), table(parameters(taken)));
  }
  if (it.requestBody) {
    root.append(element('h4', '', 'Body'), ...body(it.requestBody));
  }
  root.append(element('h4', '', 'Answers'), table(responses(it.responses)));
  return root;
}

byId('about').textContent = api.info.description;
for (const tag of api.tags) {
  const section = element('section', '', element('h2', '', tag.name), element('p', '', tag.description));
  byId('contents').append(element('h2', '', tag.name));
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((name) => item[name]?.tags.includes(tag.name))) {
      section.append(operation(path, method, item));
      const link = element('a', '', item[method].summary);
      link.href = `#${item[method].operationId}`;
      byId('contents').append(link);
    }
  }
  byId('operations').append(section);
}
const schemas = element('section', '', element('h2', '', 'Values'));
byId('contents').append(element('h2', '', 'Values'));
for (const [name, schema] of Object.entries(api.components.schemas)) {
  const root = element('article', 'card operation', element('h3', '', name));
  root.id = `value-${name}`;
  if (schema.description) {
    root.append(element('p', '', schema.description));
  }
  root.append(table(schemaRows(schema)));
  if (name === 'Problem') {
    root.append(element('p', '', `Codes: ${schema.properties.code.enum.join(', ')}.`));
  }
  const link = element('a', '', name);
  link.href = `#value-${name}`;
  byId('contents').append(link);
  schemas.append(root);
}
byId('operations').append(schemas);
if (location.hash) {
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

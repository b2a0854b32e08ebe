// Shows the OpenAPI document: a list to filter, and one operation at a time. Texts are only ever set as text.
"use strict";

const $ = (id) => document.getElementById(id);

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
  for (const child of children.flat()) if (child !== undefined && child !== null) made.append(child);
  return made;
}

const METHODS = ["get", "post", "put", "patch", "delete"];
let api;
let operations = [];

function resolved(value) {
  const seen = new Set();
  while (value && value.$ref && !seen.has(value.$ref)) {
    seen.add(value.$ref);
    value = value.$ref.slice(2).split("/").reduce((at, name) => at && at[name], api);
  }
  return value || {};
}

const nameOf = (schema) => (schema && schema.$ref ? schema.$ref.split("/").pop() : "");

function typeOf(schema) {
  if (schema === true || !schema) return "anything";
  const name = nameOf(schema);
  if (name) return name;
  const several = schema.anyOf || schema.oneOf;
  if (several) return several.map(typeOf).join(" or ");
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === "array") return "list of " + typeOf(schema.items);
  const type = [].concat(schema.type || "object").join(" or ");
  return schema.format ? type + " (" + schema.format + ")" : type;
}

// The schemas that are worth opening below a type.
function inner(schema) {
  if (!schema || schema === true) return [];
  const whole = resolved(schema);
  const several = whole.anyOf || whole.oneOf;
  if (several) return several.flatMap(inner);
  if (whole.type === "array" || (Array.isArray(whole.type) && whole.items)) return inner(whole.items);
  return whole.properties ? [whole] : [];
}

function fields(schema, depth) {
  const required = new Set(schema.required || []);
  return element("ul", { class: "schema" }, Object.entries(schema.properties || {}).map(([name, field]) => {
    const whole = resolved(field);
    const line = [
      element("code", {}, name), " ", element("span", { class: "soft" }, typeOf(field)),
      required.has(name) ? element("span", { class: "need", title: "required" }, " *") : "",
      " ", field.description || whole.description || "",
    ];
    const below = depth < 6 ? inner(field) : [];
    if (!below.length) return element("li", {}, line);
    const more = element("details", {}, element("summary", {}, line));
    more.addEventListener("toggle", () => {
      if (more.open && more.children.length === 1) more.append(...below.map((one) => fields(one, depth + 1)));
    });
    return element("li", {}, more);
  }));
}

function shown(schema) {
  const whole = resolved(schema);
  const parts = [element("p", {}, element("b", {}, typeOf(schema)), " ", element("span", { class: "soft" }, whole.description || ""))];
  return parts.concat(inner(schema).map((one) => fields(one, 0)));
}

// A value that fits a schema, for the example.
function example(schema, depth) {
  if (!schema || schema === true || depth > 5) return {};
  const whole = resolved(schema);
  if (whole.examples && whole.examples.length) return whole.examples[0];
  if (whole.const !== undefined) return whole.const;
  if (whole.enum) return whole.enum[0];
  const several = whole.anyOf || whole.oneOf;
  if (several) return example(several.find((one) => one.type !== "null"), depth + 1);
  if (whole.default !== undefined && whole.default !== null) return whole.default;
  const type = Array.isArray(whole.type) ? whole.type.find((one) => one !== "null") : whole.type;
  if (type === "array") return whole.items ? [example(whole.items, depth + 1)] : [];
  if (type === "integer" || type === "number") return whole.minimum || 1;
  if (type === "boolean") return false;
  if (type === "string") return whole.format === "date-time" ? "2027-01-01T00:00:00Z" : "text";
  const required = new Set(whole.required || []);
  const names = Object.keys(whole.properties || {});
  const wanted = required.size ? names.filter((name) => required.has(name)) : names.slice(0, 4);
  return Object.fromEntries(wanted.map((name) => [name, example(whole.properties[name], depth + 1)]));
}

const quoted = (text) => "'" + text.replaceAll("'", "'\\''") + "'";

function curl(operation, body) {
  const sample = (parameter) => encodeURIComponent(String(example(parameter.schema, 0))).replaceAll("%3A", ":");
  const parameters = (operation.parameters || []).map(resolved);
  let path = operation.path;
  for (const parameter of parameters.filter((one) => one.in === "path")) {
    path = path.replace("{" + parameter.name + "}", sample(parameter));
  }
  const needed = parameters.filter((one) => one.in === "query" && one.required);
  if (needed.length) path += "?" + needed.map((one) => one.name + "=" + sample(one)).join("&");
  const lines = ["curl" + (operation.method === "get" ? "" : " -X " + operation.method.toUpperCase()) + " " + quoted(location.origin + path)];
  if (operation["x-access"] !== "open") lines.push('-H "Authorization: Bearer $KEY"');
  if (body !== undefined) lines.push("-H 'Content-Type: application/json'", "-d " + quoted(JSON.stringify(body)));
  return lines.join(" \\\n  ");
}

const WHO = {
  open: "Anybody.", key: "Any API key; public ones only about themselves.", secret: "Secret API keys, and people who are signed in.",
  member: "Secret API keys, and people who are signed in; each sees what its administration reaches.",
  reader: "Whoever may read the whole organization.", writer: "Whoever administers something; each within its authority.",
};

function show(operation) {
  const main = $("operation");
  main.replaceChildren();
  const add = (...parts) => main.append(...parts.flat());
  add(element("h2", {}, operation.summary || operation.operationId));
  add(element("p", {}, element("b", { class: operation.method }, operation.method.toUpperCase()), " ", element("code", {}, operation.path)));
  add(element("p", { class: "soft" }, WHO[operation["x-access"]] || "", operation["x-writes"] ? " It writes one entry of the log." : ""));
  if (operation.description) add(element("p", {}, operation.description));
  const parameters = (operation.parameters || []).map(resolved);
  if (parameters.length) {
    const row = (one) => element("tr", {},
      element("td", {}, element("code", {}, one.name), one.required ? element("span", { class: "need", title: "required" }, " *") : ""),
      element("td", { class: "soft" }, one.in), element("td", { class: "soft" }, typeOf(one.schema)), element("td", {}, one.description || ""));
    const head = element("tr", {}, ["name", "in", "type", "meaning"].map((text) => element("th", { scope: "col" }, text)));
    add(element("h3", {}, "Parameters"), element("table", {}, head, parameters.map(row)));
  }
  let body;
  const content = operation.requestBody && resolved(operation.requestBody).content;
  for (const [type, media] of Object.entries(content || {})) {
    add(element("h3", {}, "Body ", element("span", { class: "soft" }, type)), shown(media.schema));
    if (type === "application/json") {
      body = example(media.schema, 0);
      add(element("pre", {}, JSON.stringify(body, null, 2)));
    }
  }
  add(element("h3", {}, "Request"), element("pre", {}, curl(operation, body)));
  add(element("h3", {}, "Answers"));
  for (const [status, answer] of Object.entries(operation.responses || {})) {
    const whole = resolved(answer);
    const line = [element("b", {}, status), " ", whole.description || ""];
    const media = Object.entries(whole.content || {});
    if (!media.length) { add(element("p", {}, line)); continue; }
    const more = element("details", status.startsWith("2") ? { open: "" } : {}, element("summary", {}, line));
    for (const [type, one] of media) more.append(element("span", { class: "soft" }, type), ...shown(one.schema));
    add(more);
  }
}

function list() {
  const words = $("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (one) => words.every((word) => one.text.includes(word));
  const groups = new Map();
  for (const one of operations.filter(fits)) {
    const tag = (one.tags || [""])[0];
    groups.set(tag, (groups.get(tag) || []).concat(one));
  }
  const link = (one) => element("a", { href: "#" + one.operationId },
    element("b", { class: one.method }, one.method.toUpperCase()), " ", one.summary || "", element("span", {}, one.path));
  const parts = [...groups].flatMap(([tag, members]) => [element("h2", {}, tag), ...members.map(link)]);
  $("list").replaceChildren(...(parts.length ? parts : [element("p", { class: "soft" }, "Nothing fits.")]));
  mark();
}

function mark() {
  const wanted = location.hash;
  for (const link of $("list").querySelectorAll("a")) {
    if (link.getAttribute("href") === wanted) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function go(focus) {
  const wanted = operations.find((one) => "#" + one.operationId === location.hash);
  if (wanted) show(wanted);
  else $("operation").replaceChildren(element("h2", {}, api.info.title), element("p", {}, api.info.description || ""));
  mark();
  if (focus) { $("operation").focus({ preventScroll: true }); scrollTo(0, 0); }
}

function keys(event) {
  const typing = event.target === $("filter");
  if (event.key === "/" && !typing) { event.preventDefault(); $("filter").focus(); return; }
  if (event.key === "Escape" && typing) { $("filter").value = ""; list(); return; }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const links = [...$("list").querySelectorAll("a")];
  const at = links.indexOf(document.activeElement);
  if (at < 0 && !typing) return;
  event.preventDefault();
  const next = links[at + (event.key === "ArrowDown" ? 1 : -1)];
  if (next) next.focus(); else if (event.key === "ArrowUp") $("filter").focus();
}

async function begin() {
  const answer = await fetch("/openapi.json");
  if (!answer.ok) throw new Error("HTTP " + answer.status);
  api = await answer.json();
  $("version").textContent = api.info.version;
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((one) => methods[one])) {
      const one = { ...methods[method], method, path };
      one.text = [method, path, one.operationId, one.summary, ...(one.tags || [])].join(" ").toLowerCase();
      operations.push(one);
    }
  }
  const order = (api.tags || []).map((tag) => tag.name);
  const place = (one) => order.indexOf((one.tags || [""])[0]);
  operations = operations.map((one, at) => [place(one), at, one]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map((one) => one[2]);
  list();
  go(false);
}

$("filter").addEventListener("input", list);
document.addEventListener("keydown", keys);
addEventListener("hashchange", () => go(true));
begin().catch((error) => { $("operation").textContent = "The document cannot be read: " + error.message; });

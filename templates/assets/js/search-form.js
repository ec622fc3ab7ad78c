// What is asked: the address, the form that has the same values, and which projects pass its filters.

export const form = document.querySelector("#search");
export const years = form.dataset.years.split(" ");

export const say = (name, values = {}) =>
  Object.entries(values).reduce(
    (text, [key, value]) => text.replace(`{${key}}`, () => value),
    document.querySelector(`#words [data-word="${name}"]`)?.textContent ?? "",
  );
const numbers = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });
// It writes the zero that has a sign as -0.
export const format = (value) => numbers.format(value || 0);

// The filters that the package has values for, each a list or buttons of which one is chosen.
const ALL = ["year", "area", "agency", "min", "max", "status", "signal", "policy", "strategy", "budget", "progress"];
export const FILTERS = ALL.filter((name) => form.elements[name]);
// Only in names; and exactly as typed, without synonyms and corrections.
const SWITCHES = ["names", "exact"];
const FIELDS = ["q", ...FILTERS, "sort"];

const optionsOf = (name) => [...(form.elements[name].options ?? form.elements[name])];
const isButton = (option) => option.type === "radio";
const textOf = (option) => (isButton(option) ? option.nextElementSibling : option).textContent;
export const labels = Object.fromEntries(
  ALL.map((name) => [name, new Map(FILTERS.includes(name) ? optionsOf(name).map((option) => [option.value, textOf(option)]) : [])]),
);
// Other words for a value, the area that an area is a part of, and how many projects a value with a page has.
const dataOf = (key) =>
  new Map(FILTERS.flatMap((name) => optionsOf(name).flatMap(({ value, dataset }) => (dataset[key] ? [[`${name} ${value}`, dataset[key]]] : []))));
const others = dataOf("also");
const wholes = dataOf("within");
const projects = dataOf("projects");
export const projectsOf = (name, value) => projects.get(`${name} ${value}`);
export const otherWords = (name, value) => others.get(`${name} ${value}`) ?? "";

// ---- The address and the form

export function stateOf(address) {
  const values = new URL(address).searchParams;
  const chosen = (name) => (labels[name].has(values.get(name)) ? values.get(name) : "");
  const sort = values.get("sort");
  return {
    q: (values.get("q") ?? "").slice(0, form.elements.q.maxLength),
    ...Object.fromEntries(FILTERS.map((name) => [name, chosen(name)])),
    sort: optionsOf("sort").some((option) => option.value === sort) ? sort : "",
    ...Object.fromEntries(SWITCHES.map((name) => [name, values.get(name) === "1" ? "1" : ""])),
    page: Math.max(1, Number.parseInt(values.get("page"), 10) || 1),
  };
}

export function addressOf(state) {
  const address = new URL(form.action);
  for (const [name, value] of Object.entries(state)) {
    if (value && !(name === "page" && value === 1)) address.searchParams.set(name, value);
  }
  return address.href;
}

export function stateOfForm() {
  const values = Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]));
  const switches = Object.fromEntries(SWITCHES.map((name) => [name, form.elements[name].checked ? "1" : ""]));
  return { ...values, ...switches, page: 1 };
}

export function fillForm(state) {
  for (const name of FIELDS) form.elements[name].value = state[name];
  for (const name of SWITCHES) form.elements[name].checked = state[name] === "1";
  form.elements.exact.closest("label").hidden = !state.exact;
}

export const isIdle = (state) => state.q.trim() === "" && !state.sort && !FILTERS.some((name) => state[name]);

export function linkTo(state, text) {
  return Object.assign(document.createElement("a"), { href: addressOf(state), textContent: text });
}

// ---- The filters

// Whether a project passes the filters, but for that which is called `without`.
export const fits = (entry, state, without) =>
  (!state.names || without === "names" || entry.named || entry.first > 0) &&
  FILTERS.every((name) => name === without || !state[name] || valuesOf(entry, name).includes(state[name]));

export function valuesOf({ row, year }, name) {
  const amount = row.budget_received;
  if (name === "year") return [year];
  if (name === "budget") return [amount === null ? "no" : "yes"];
  if (name === "progress") return [row.progress_percent === null ? "no" : "yes"];
  if (name === "min") return [...labels.min.keys()].filter((limit) => amount !== null && Number(amount) >= limit);
  if (name === "max") return [...labels.max.keys()].filter((limit) => amount !== null && Number(amount) < limit);
  if (name === "signal") return row.signal.split(" ");
  if (name === "area") return [...new Set(row.area.split(" ").flatMap(withWholes))];
  return [row[name]];
}

// An area, that of which it is a part, and so on.
function withWholes(area) {
  const whole = wholes.get(`area ${area}`);
  return whole ? [area, ...withWholes(whole)] : [area];
}

// The filters that are chosen, each with its words and what is asked without it.
export const chosenFilters = (state) =>
  FILTERS.filter((name) => state[name]).map((name) => ({ name, text: wordsOf(name, state[name]), without: { ...state, [name]: "", page: 1 } }));

// A year or a status says what it is; an amount or an id does not.
const SELF_EVIDENT = ["year", "agency", "status", "signal", "strategy"];

function wordsOf(name, value) {
  if (SELF_EVIDENT.includes(name)) return labels[name].get(value);
  const field = form.querySelector(`#filter-${name}`);
  const title = field.labels?.[0] ?? field.querySelector("legend");
  return `${title.textContent}: ${labels[name].get(value)}`;
}

export function showFilters(state) {
  const chosen = chosenFilters(state);
  const list = document.querySelector("#chosen");
  list.replaceChildren(...chosen.map(({ text, without }) => {
    const item = document.createElement("li");
    const link = linkTo(without, text);
    link.setAttribute("aria-label", say("drop", { filter: text }));
    item.append(link);
    return item;
  }));
  list.hidden = chosen.length === 0;
  document.querySelector("#only-names").hidden = !state.q.trim() && !state.names;
  document.querySelector("#filters-count").textContent = chosen.length ? `(${chosen.length})` : "";
}

// How many of the projects each value would leave; one that would leave none cannot be chosen.
export function countFilters(entries, state) {
  const inNames = entries.filter((entry) => fits({ ...entry, named: entry.named || entry.first > 0 }, { ...state, names: "1" })).length;
  document.querySelector("#names-count").textContent = state.q.trim() ? `(${format(inNames)})` : "";
  for (const name of FILTERS) {
    const counts = new Map();
    for (const entry of entries) {
      if (!fits(entry, state, name)) continue;
      for (const value of valuesOf(entry, name)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    for (const option of optionsOf(name).slice(1)) showCount(option, name, counts.get(option.value) ?? 0, state);
  }
}

function showCount(option, name, count, state) {
  if (isButton(option)) option.parentElement.lastElementChild.textContent = format(count);
  else option.textContent = `${labels[name].get(option.value)} (${format(count)})`;
  option.disabled = count === 0 && state[name] !== option.value;
}

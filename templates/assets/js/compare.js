// Projects side by side. The address alone says which; all that is shown of one is read from its own page.

const main = document.querySelector("#compare");
const table = main.querySelector("table");
const status = document.querySelector("#compare-status");
const form = main.querySelector("form");
const hits = main.querySelector("#hits");

const MOST = 4; // projects
const HITS = 10;
// What an id may be: the rule that the addresses of projects are built by.
const rule = new RegExp(`^(?:${main.dataset.rule})$`, "i");

const say = (name, values = {}) =>
  Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, () => value), document.querySelector(`[data-word="${name}"]`).textContent);

function element(name, values, ...parts) {
  const node = Object.assign(document.createElement(name), values);
  node.append(...parts);
  return node;
}

// ---- The address

const asked = [...new Set(new URLSearchParams(location.search).getAll("project").map((id) => id.trim()).filter(Boolean))];

function addressOf(ids) {
  const address = new URL(location.pathname, location.origin);
  for (const id of ids) address.searchParams.append("project", id);
  return address.href;
}

const pageOf = (id) => new URL(`${encodeURIComponent(id)}/`, new URL(main.dataset.projects, location.origin)).href;

// ---- The page of a project

// A project with its page, or with the word for why there is none. An id that no project can have is not asked for.
async function read(id) {
  if (!rule.test(id)) return { id, wrong: "unsafe" };
  const response = await fetch(pageOf(id)).catch(() => null);
  if (response?.status === 404) return { id, wrong: "absent" };
  if (!response?.ok) return { id, wrong: "failed" };
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (page.querySelector(".project .who .code")?.textContent !== id) return { id, wrong: "absent" };
  // The way here, which the line of the agency ends with.
  page.querySelector(".who .no-print")?.remove();
  const facts = new Map([...page.querySelectorAll(".figures > div, .dates > div")].map((fact) => [fact.querySelector("dt").textContent, fact.querySelector("dd")]));
  return { id, page, facts, title: page.querySelector("h1").textContent };
}

const partsOf = (node) => (node ? [...document.importNode(node, true).childNodes] : null);

// What a cell shows of a project, or null where its page has nothing.
const CELLS = {
  who: ({ page }) => partsOf(page.querySelector(".who")),
  standing: ({ page }) => partsOf(page.querySelector(".standing > p, .project > .callout")),
  fact: ({ facts }, row) => partsOf(facts.get(row.dataset.title)),
  signals: ({ page }) => {
    const observations = [...page.querySelectorAll(".observation h3 a")].map((link) => element("p", {}, document.importNode(link, true)));
    if (!observations.length) observations.push(...[...page.querySelectorAll(".observations > p:first-child")].map((node) => document.importNode(node, true)));
    const others = page.querySelector(".observations > details > summary");
    if (others) observations.push(element("p", { className: "basis" }, ...partsOf(others)));
    return observations.length ? observations : null;
  },
  source: ({ page }) => partsOf(page.querySelector("section[aria-labelledby=origin] details > p:not(.basis)")),
};

// The number of a fact: the exact amount stands in brackets where the figure is in millions.
function numberOf({ facts }, row) {
  const fact = facts.get(row.dataset.title);
  if (!fact) return null;
  const figure = fact.querySelector(".figure + .basis") ?? fact.querySelector(".figure") ?? fact;
  const number = Number(figure.textContent.replace(/[^0-9.-]/g, ""));
  return Number.isFinite(number) ? number : null;
}

// ---- The table

// What tells the projects apart: their names, else their agencies, with their years if need be, else their codes.
function labelsOf(projects) {
  const whoOf = ({ page }) => page.querySelector(".who");
  const agency = (project) => whoOf(project).firstChild.textContent;
  const year = (project) => [...whoOf(project).querySelectorAll("a")].at(-1)?.textContent;
  const texts = [({ title }) => title, agency, (project) => `${agency(project)} · ${year(project)}`, ({ id }) => id];
  const lists = texts.map((text) => projects.map(text));
  return lists.find((list) => new Set(list).size === list.length);
}

function heading(project, projects, label) {
  const link = element("a", { href: pageOf(project.id), textContent: project.title });
  link.lang = project.page.querySelector("h1").lang || document.documentElement.lang;
  const without = projects.filter((other) => other !== project).map(({ id }) => id);
  const remove = element("a", { href: addressOf(without), textContent: say("remove") });
  remove.setAttribute("aria-label", `${say("remove")}: ${label}`);
  const parts = label === project.title ? [remove] : [label, " · ", remove];
  return element("th", { scope: "col", abbr: label }, link, element("p", { className: "basis" }, ...parts));
}

const missing = (word) => element("span", { className: "no-data", textContent: say(word) });

// The cells of a row; a single one where it has nothing of any project.
function cells(projects, row, labels) {
  const texts = projects.map((project) => CELLS[row.dataset.row](project, row));
  if (texts.every((parts) => parts === null)) return [element("td", { colSpan: projects.length }, missing("no-data"))];
  return texts.map((parts, i) => {
    const word = projects[i].page.querySelector(".standing") ? "no-data" : "removed";
    const cell = element("td", {}, ...(parts ?? [missing(word)]));
    cell.dataset.label = labels[i];
    return cell;
  });
}

// Bars on one scale for each kind of figure, of the rows alone that have a figure for every project: beside a missing one
// a bar would compare what cannot be compared.
function draw(rows, projects) {
  for (const kind of ["money", "progress"]) {
    const listed = rows.filter((row) => row.dataset.kind === kind).map((row) => ({ row, numbers: projects.map((project) => numberOf(project, row)) }));
    const whole = listed.filter(({ numbers }) => numbers.every((number) => number !== null));
    const most = Math.max(kind === "progress" ? 100 : 0, ...whole.flatMap(({ numbers }) => numbers));
    for (const { row, numbers } of whole) {
      if (most > 0) numbers.forEach((number, i) => row.cells[i + 1].prepend(bar(kind, (number / most) * 100)));
    }
    for (const { row, numbers } of listed) {
      const some = numbers.some((number) => number !== null) && !numbers.every((number) => number !== null);
      if (some) row.cells[0].append(element("span", { className: "basis", textContent: say("partial") }));
    }
  }
}

function bar(kind, width) {
  const svg = document.querySelector(`#${kind}`).content.cloneNode(true);
  svg.querySelector(".bar").setAttribute("width", Math.max(0, width));
  return svg;
}

function showTable(projects) {
  const labels = labelsOf(projects);
  table.tHead.rows[0].append(...projects.map((project, i) => heading(project, projects, labels[i])));
  const rows = [...table.tBodies[0].rows];
  for (const row of rows) row.append(...cells(projects, row, labels));
  draw(rows, projects);
  table.hidden = false;
}

// ---- The next project

const nextLink = (projects, id, text, lang) => {
  const link = element("a", { href: addressOf([...projects.map((project) => project.id), id]), textContent: text });
  if (lang) link.lang = lang;
  return link;
};

// Those that the first project's page names as related; of the same name first.
function showRelated(projects) {
  const links = [...(projects[0]?.page.querySelectorAll(".related .neighbours a") ?? [])];
  const items = links.flatMap((link) => {
    const id = link.getAttribute("href").split("/").at(-2);
    const why = link.parentElement.querySelector(".basis");
    return projects.some((project) => project.id === id) ? [] : [element("li", {}, nextLink(projects, id, link.textContent, link.lang), " ", document.importNode(why, true))];
  });
  main.querySelector("#related ul").append(...items);
  main.querySelector("#related").hidden = items.length === 0;
}

async function search(projects, typed) {
  status.textContent = say("searching");
  hits.replaceChildren();
  const { open, find } = await import("./search-index.js");
  open(main.dataset.pagefind, main.dataset.years.split(" "));
  const rows = (await find(typed)).map((entry) => entry.row).filter((row) => !projects.some(({ id }) => id === row.project_id));
  const exact = rows.find((row) => row.project_id.toLowerCase() === typed.toLowerCase());
  if (exact) location.assign(addressOf([...projects.map(({ id }) => id), exact.project_id]));
  const agency = (row) => document.querySelector(`[data-agency="${CSS.escape(row.agency)}"]`)?.textContent;
  const item = (row) => {
    const who = [agency(row), row.project_id].filter(Boolean).join(" · ");
    return element("li", {}, nextLink(projects, row.project_id, row.title, main.dataset.language), " ", element("span", { className: "basis", textContent: who }));
  };
  const shown = rows.slice(0, HITS).map(item);
  hits.append(...shown);
  status.textContent = rows.length ? say("hits", { n: shown.length, all: rows.length }) : say("none");
}

function chooseNext(projects) {
  main.querySelector("#choose").hidden = projects.length >= MOST;
  showRelated(projects);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = form.elements.box.value.trim();
    if (typed) search(projects, typed).catch(() => (status.textContent = say("no-search")));
  });
}

// ---- The page

async function show() {
  status.textContent = asked.length ? say("loading") : "";
  const answers = await Promise.all(asked.slice(0, MOST).map(read));
  const projects = answers.filter(({ wrong }) => !wrong);
  const failures = answers.filter(({ wrong }) => wrong).map(({ id, wrong }) => say(wrong, { id: id.slice(0, 100) }));
  if (asked.length > MOST) failures.push(say("many"));
  const list = main.querySelector("#failures");
  list.append(...failures.map((textContent) => element("li", { textContent })));
  list.hidden = failures.length === 0;
  if (projects.length > 1) showTable(projects);
  else if (projects.length) showFirst(projects[0]);
  chooseNext(projects);
  for (const link of document.querySelectorAll("a.language")) link.search = new URL(addressOf(projects.map(({ id }) => id))).search;
  if (projects.length) document.title = `${projects.map(({ title }) => title).join(" / ")} · ${document.title}`;
  status.textContent = "";
  main.hidden = false;
}

// Alone it has nothing to be compared with, so the choice of the next comes first.
function showFirst(project) {
  const first = main.querySelector("#first");
  const link = element("a", { href: pageOf(project.id), textContent: project.title });
  link.lang = project.page.querySelector("h1").lang || document.documentElement.lang;
  first.append(link, element("span", { className: "basis" }, " ", ...partsOf(project.page.querySelector(".who"))));
  first.hidden = false;
}

show();

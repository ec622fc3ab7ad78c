// Shows the charts of another page of this site: in a frame one of them alone, else all, each with the code of its frame.

const framed = window !== window.top;
document.documentElement.classList.toggle("framed", framed);

// Each kind of chart: its element on a page, its heading, its table where it is not in the chart itself, and the height in
// pixels that it needs on a phone, with its title and its source.
const CHARTS = {
  money: { chart: ".money-picture", heading: "#largest", height: 760 },
  map: { chart: "fieldset.tile-map", heading: "h1", table: ".groups", height: 870 },
  statuses: { chart: "[aria-labelledby=statuses] table", heading: "#statuses", height: 580 },
  breakdown: { chart: "[aria-labelledby=breakdown] table", heading: "#breakdown", height: 600 },
  budgets: { chart: ".named", heading: ".named caption", height: 600 },
  standing: { chart: ".standing", heading: "#standing", height: 640 },
  months: { chart: ".chart", heading: "#monthly", table: ".months", height: 560 },
  schedule: { chart: ".schedule", heading: "#glance", height: 390 },
};

const values = new URLSearchParams(location.search);
const asked = values.get("page") ?? "/";
const chosen = values.get("chart") ?? "";

// The address of the page that is asked for, or null. What was asked stands after "./", so it names no other host; it may not
// climb out of this site either, and is no file.
function addressOf(home) {
  const address = new URL(`.${asked.slice(0, 2000)}`, home);
  const inside = address.origin === home.origin && address.pathname.startsWith(home.pathname) && !address.pathname.includes("//");
  return asked.startsWith("/") && inside && address.pathname.endsWith("/") ? new URL(address.pathname, home) : null;
}

async function read(address) {
  const response = await fetch(address).catch(() => null);
  return response?.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
}

// As pages write it: without the name of its era.
function dayInWords(day) {
  const format = new Intl.DateTimeFormat(document.querySelector("#charts").dataset.days, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const parts = format.formatToParts(day).filter(({ type }) => type !== "era");
  return parts.map(({ value }) => value).join("").replace(/\s+/g, " ").trim();
}

// The version of the newest release and its day, in words; null where the site does not say.
async function readRelease(address) {
  const { version, created } = await fetch(address).then((response) => response.json()).catch(() => ({}));
  const date = created && dayInWords(new Date(created));
  return version && date ? { version, date } : null;
}

const textOf = (node) => node?.textContent.replace(/\s+/g, " ").trim() ?? "";

// A copy of a part of the page: without its heading, which stands above it, and without what needs a script of its own.
function copyOf(node, heading) {
  const copy = document.importNode(node, true);
  copy.removeAttribute("data-sortable");
  copy.removeAttribute("aria-labelledby");
  if (heading) copy.querySelector(heading)?.remove();
  return copy;
}

function section(name, page, address, places, release) {
  const { chart, heading, table, height } = CHARTS[name];
  const node = document.querySelector("#chart").content.cloneNode(true).firstElementChild;
  const part = (key) => node.querySelector(`[data-part="${key}"]`);
  const title = textOf(page.querySelector("h1"));
  const own = textOf(page.querySelector(heading));
  part("title").textContent = own;
  part("title").hidden = own === title;
  part("chart").append(copyOf(page.querySelector(chart), heading));
  part("table").append(...(table ? [...page.querySelectorAll(table)] : []).map((other) => copyOf(other)));
  part("table").hidden = !table;
  part("source").href = address;
  part("source").textContent = `${title} · ${places.dataset.site}`;
  const asOf = textOf(page.querySelector(".project .state .basis"));
  part("as-of").textContent = asOf && `${asOf} · `;
  part("release").textContent = release ? part("release").textContent.replace(/{(version|date)}/g, (_, key) => release[key]) : "";
  if (framed) part("code").remove();
  else showCode(part("code"), { name, address, height, places, title: [title, own].filter((text, i, all) => all.indexOf(text) === i).join(" · ") });
  return node;
}

// The code for another page: its address is where the site is published, and its link works where no frame does.
function codeOf({ name, address, height, places, title }) {
  const frame = document.createElement("iframe");
  const published = new URL(places.dataset.address);
  published.search = new URLSearchParams({ page: asked, chart: name });
  const values = { src: published, title, width: "100%", height, loading: "lazy" };
  for (const [key, value] of Object.entries(values)) frame.setAttribute(key, value);
  const link = document.createElement("a");
  link.setAttribute("href", new URL(address.pathname, published));
  link.textContent = `${title} · ${places.dataset.site}`;
  return `${frame.outerHTML.replace("<iframe", '<iframe style="border:0"')}\n<p>${link.outerHTML}</p>`;
}

function showCode(node, values) {
  const [field, button] = [node.querySelector("textarea"), node.querySelector("button")];
  field.value = codeOf(values);
  field.addEventListener("focus", () => field.select());
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.done;
  });
}

// In a frame, what is followed opens beside it: no other page of this site may be shown in one.
function openBeside(places) {
  for (const link of places.querySelectorAll("a")) {
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener");
  }
}

async function show() {
  const places = document.querySelector("#charts");
  const say = (word) => (document.querySelector("#embed-status").textContent = word && document.querySelector(`[data-word="${word}"]`).textContent);
  const address = addressOf(new URL(places.dataset.home, location.origin));
  if (!address) return say("elsewhere");
  say("loading");
  const [page, release] = await Promise.all([read(address), readRelease(places.dataset.release)]);
  if (!page) return say("failed");
  const names = Object.keys(CHARTS).filter((name) => page.querySelector(CHARTS[name].chart));
  const shown = framed ? [names.find((name) => name === chosen) ?? names[0]].filter(Boolean) : names;
  say(shown.length ? "" : "none");
  places.append(...shown.map((name) => section(name, page, address, places, release)));
  if (framed) {
    document.querySelector("h1").textContent = textOf(page.querySelector("h1"));
    openBeside(places);
  }
  for (const link of document.querySelectorAll("a.language")) link.search = new URLSearchParams({ page: asked });
}

addEventListener("DOMContentLoaded", show);

// What a page says in the console, as a list: for a browser whose console cannot be read from outside. It stands before
// the page's own scripts.
window.complaints = [];
const complain = (...words) => window.complaints.push(words.map(String).join(" "));
for (const kind of ["debug", "log", "info", "warn", "error"]) console[kind] = complain;
// While it is captured, also what could not be loaded: the error of an element does not bubble.
addEventListener("error", ({ message, target }) => complain(message ?? `cannot load ${target.src ?? target.href}`), true);
addEventListener("unhandledrejection", ({ reason }) => complain(reason));
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile }) =>
  complain(`${violatedDirective} forbids ${blockedURI} (${sourceFile})`),
);

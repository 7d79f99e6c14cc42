// The panel's only script. Every page works without it; it adds the live meter, dialogs, the drawer and shortcuts.
// `segments` and `simplify` mirror gateways/segments.py; both are held to the same vectors. The server's quote has the last word.

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const EXTENSION = new Set("\f^{}\\[~]|€");
const TURKISH = new Set("ĞğİıŞşç");
const LOST = new Set("èìØøÆæ¡¿");
const LOCKING = new Set([...BASIC].filter((char) => !LOST.has(char)).concat([...TURKISH], "€"));
const LOCKING_EXTENSION = new Set([...EXTENSION].filter((char) => char !== "€"));

const TABLES = {
  gsm7: { one: BASIC, two: EXTENSION, single: 160, multi: 153, encoding: "gsm7" },
  tr_single: { one: BASIC, two: new Set([...EXTENSION, ...TURKISH]), single: 155, multi: 149, encoding: "gsm7_tr" },
  tr_locking: { one: LOCKING, two: LOCKING_EXTENSION, single: 155, multi: 149, encoding: "gsm7_tr" },
  tr_both: { one: LOCKING, two: LOCKING_EXTENSION, single: 152, multi: 146, encoding: "gsm7_tr" },
  ucs2: { single: 70, multi: 67, encoding: "ucs2" },
};
export const DEFAULT_PROFILE = {
  tables: ["gsm7", "tr_single", "tr_locking", "ucs2"],
  suffix_reserve: 0, turkish_cost: 1, newline_cost: 1, long_reference: false,
};

function cost(char, name, profile) {
  const table = TABLES[name];
  if (name === "ucs2") return char.length;
  if (table.two.has(char)) return 2;
  if (!table.one.has(char)) return 0;
  if (TURKISH.has(char) && profile.turkish_cost === 2) return 2;
  return char === "\n" && profile.newline_cost === 2 ? 2 : 1;
}

// Parts of a long text, every part filled as far as whole characters go.
function fill(chars, costs, capacity) {
  const pieces = [];
  let piece = "", room = capacity;
  chars.forEach((char, index) => {
    if (costs[index] > room) {
      pieces.push(piece);
      piece = "";
      room = capacity;
    }
    piece += char;
    room -= costs[index];
  });
  return { pieces: [...pieces, piece], room };
}

function measure(chars, name, profile) {
  const table = TABLES[name];
  const costs = chars.map((char) => cost(char, name, profile));
  if (costs.includes(0)) return null;
  const units = costs.reduce((sum, next) => sum + next, 0);
  const suffix = profile.suffix_reserve;
  const size = { table: name, encoding: table.encoding, units };
  if (units <= table.single - suffix) {
    return { ...size, limit: table.single - suffix, parts: chars.length ? 1 : 0, pieces: chars.length ? [chars.join("")] : [] };
  }
  const capacity = table.multi - (profile.long_reference ? 1 : 0);
  const { pieces, room } = fill(chars, costs, capacity);
  if (room < suffix) pieces.push("");
  return { ...size, limit: pieces.length * capacity - suffix, parts: pieces.length, pieces };
}

function culprits(chars, profile) {
  const distinct = [...new Set(chars)];
  const outside = Object.keys(TABLES)
    .filter((name) => name !== "ucs2" && profile.tables.includes(name))
    .map((name) => distinct.filter((char) => cost(char, name, profile) === 0));
  return outside.reduce((best, next) => (best && best.length <= next.length ? best : next), null) || [];
}

// The size of `text` in the cheapest table of `profile`: {table, encoding, units, limit, parts, pieces, culprits}.
// Fewest parts win, then the default alphabet, then fewest septets. Null when no table of the profile can carry it.
export function segments(text, profile = DEFAULT_PROFILE) {
  const rules = { ...DEFAULT_PROFILE, ...profile };
  const chars = [...text];
  const rank = (size) => [size.parts, size.table === "gsm7" ? 0 : 1, size.units];
  const sizes = Object.keys(TABLES)
    .filter((name) => name !== "ucs2" && rules.tables.includes(name))
    .map((name) => measure(chars, name, rules)).filter(Boolean);
  const beats = (a, b) => {
    const [left, right] = [rank(a), rank(b)];
    const index = left.findIndex((value, i) => value !== right[i]);
    return index >= 0 && left[index] < right[index];
  };
  const best = sizes.reduce((winner, size) => (!winner || beats(size, winner) ? size : winner), null)
    || (rules.tables.includes("ucs2") ? measure(chars, "ucs2", rules) : null);
  return best && { ...best, culprits: best.table === "ucs2" ? culprits(chars, rules) : [] };
}

const EQUIVALENTS = {
  "'": "‘’‚‛′‵ʹʼˈ`´＇", '"': "“”„‟″‶«»＂", "<": "‹", ">": "›", "-": "‐‑‒–—―−⁃•‣", "...": "…",
  " ": "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
  "\n": "\v\x85\u2028\u2029",
  "": "\u00ad\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff",
  TL: "₺", x: "×", "/": "⁄∕", ".": "·", "(c)": "©", "(r)": "®", "(tm)": "™",
};
const SIMPLER = new Map(Object.entries(EQUIVALENTS).flatMap(([plain, chars]) => [...chars].map((char) => [char, plain])));

// "Sadeleştir": typographic signs become plain ones; no letter is lost or changed.
export function simplify(text, profile = DEFAULT_PROFILE) {
  const swapped = [...text.normalize("NFC")].map((char) => SIMPLER.get(char) ?? char).join("").normalize("NFC");
  const bare = swapped.replace(/[\u200d\ufe0e\ufe0f]/g, "");
  return culprits([...bare], { ...DEFAULT_PROFILE, ...profile }).length ? swapped : bare;
}

const words = () => document.getElementById("strings").dataset;
const fillIn = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const amount = (value) => value.toLocaleString(document.documentElement.lang);

// ---- composer ----

function nameOf(char) {
  const code = char.codePointAt(0).toString(16).padStart(4, "0");
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(char) ? char : `U+${code}`;
}

function showWarning(box, size) {
  box.hidden = size.table !== "ucs2";
  if (box.hidden) return;
  const shown = size.culprits.slice(0, 6);
  const marks = shown.flatMap((char) => {
    const mark = document.createElement("mark");
    mark.textContent = nameOf(char);
    return [mark, " "];
  });
  const sentence = fillIn(size.culprits.length > 6 ? words().culpritsMore : words().culprits, {
    count: size.culprits.length - shown.length, limit: size.parts > 1 ? 67 : 70,
  });
  box.querySelector("p").replaceChildren(...marks, sentence);
}

function showPhone(bubble, size, text) {
  bubble.classList.toggle("empty", !text);
  if (!text) {
    bubble.textContent = words().emptyBubble;
    return;
  }
  const guilty = new Set(size.culprits);
  const nodes = [];
  size.pieces.forEach((piece, index) => {
    if (size.parts > 1) nodes.push(edge(index + 1, size.parts));
    nodes.push(...marked(piece, guilty));
  });
  bubble.replaceChildren(...nodes);
}

function edge(part, parts) {
  const line = document.createElement("span");
  line.className = "edge";
  line.textContent = fillIn(words().part, { part, parts });
  return line;
}

function marked(text, guilty) {
  if (!guilty.size) return [text];
  return [...text].map((char) => {
    if (!guilty.has(char)) return char;
    const mark = document.createElement("mark");
    mark.textContent = char;
    return mark;
  });
}

function showMeter(form, size) {
  const values = {
    encoding: words()[size.encoding] ?? size.encoding,
    units: `${amount(size.units)} / ${amount(size.limit)}`,
    parts: amount(size.parts),
  };
  for (const [name, value] of Object.entries(values)) {
    const place = form.querySelector(`[data-meter="${name}"]`);
    if (place) place.textContent = value;
  }
  const bar = form.querySelector("[data-meter='bar']");
  if (bar) [bar.max, bar.value] = [size.limit, size.units];
}

function composer(form) {
  const text = form.querySelector("[data-composer]");
  const profile = JSON.parse(form.dataset.profile);
  const spoken = document.querySelector("[data-meter='spoken']");
  let later;
  const show = () => {
    const size = segments(text.value, profile);
    if (!size) return;
    showMeter(form, size);
    showWarning(form.querySelector("[data-warning]"), size);
    showPhone(document.querySelector("[data-bubble]"), size, text.value);
    clearTimeout(later);
    later = setTimeout(() => { spoken.textContent = fillIn(words().spoken, { ...size, units: amount(size.units) }); }, 900);
  };
  text.addEventListener("input", () => {
    form.querySelector("[data-meter='cost']")?.classList.add("stale");
    show();
  });
  form.querySelector("[data-simplify]").addEventListener("click", () => {
    text.value = simplify(text.value, profile);
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  });
  document.querySelectorAll("[data-insert]").forEach((button) => button.addEventListener("click", () => {
    text.setRangeText(`{{${button.dataset.insert}}}`, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  }));
  form.elements.originator?.addEventListener("change", (event) => {
    document.querySelector("[data-sender]").textContent = event.target.value;
  });
  show();
}

// ---- dialogs, drawer, menus ----

function openDialog(dialog) {
  dialog.showModal();
  dialog.addEventListener("close", () => dialog.closest("[data-disposable]")?.replaceChildren(), { once: true });
}

function toggleDrawer(open) {
  const side = document.getElementById("side");
  const button = document.querySelector("[data-drawer]");
  if (!side || !button) return;
  side.classList.toggle("open", open);
  button.setAttribute("aria-expanded", String(open));
  document.querySelector("main").inert = open;
  (open ? side.querySelector("a") : button).focus();
}

function filterPalette(input) {
  const wanted = input.value.trim().toLocaleLowerCase(document.documentElement.lang);
  for (const item of document.querySelectorAll("#palette .palette-list li")) {
    item.hidden = !item.textContent.toLocaleLowerCase(document.documentElement.lang).includes(wanted);
  }
}

function toast(sentence) {
  const box = document.getElementById("toast");
  box.querySelector("p").textContent = sentence;
  box.hidden = false;
  clearTimeout(toast.later);
  toast.later = setTimeout(() => { box.hidden = true; }, 8000);
}

async function copy(button) {
  const label = button.querySelector("[data-label]");
  await navigator.clipboard.writeText(button.dataset.copy);
  const before = label.textContent;
  label.textContent = words().copied;
  setTimeout(() => { label.textContent = before; }, 2000);
}

// A preset: of the boxes beside it, these.
function choose(link) {
  const wanted = link.dataset.choose.split(" ");
  link.closest("fieldset").querySelectorAll("[type=checkbox]").forEach((box) => { box.checked = wanted.includes(box.value); });
}

// ---- passwords, mails asked for again ----

const RULES = {
  length: (text, rule) => [...text].length >= Number(rule.dataset.min),
  mixed: (text) => /\p{L}/u.test(text) && /\p{Nd}/u.test(text),
};

function tick(list, text) {
  const rules = [...list.querySelectorAll("[data-rule]")];
  rules.forEach((rule) => rule.classList.toggle("met", RULES[rule.dataset.rule](text, rule)));
  const said = list.parentElement.querySelector("[data-rules-said]");
  const words = rules.every((rule) => rule.classList.contains("met")) ? said.dataset.words : "";
  if (said.textContent !== words) said.textContent = words;
}

function reveal(button) {
  const field = document.getElementById(button.dataset.reveal);
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
}

// The server counts the seconds as well; here they are only shown.
function wait(button, seconds) {
  const left = button.querySelector("[data-seconds]");
  button.disabled = seconds > 0;
  left.textContent = seconds > 0 ? ` (${seconds})` : "";
  if (seconds > 0) setTimeout(() => wait(button, seconds - 1), 1000);
}

const CLICKS = [
  ["[data-choose]", choose],
  ["[data-drawer]", (button) => toggleDrawer(button.getAttribute("aria-expanded") !== "true")],
  ["[data-close]", (button) => button.closest("dialog").close()],
  ["[data-copy]", (button) => copy(button).catch(() => toast(words().notCopied))],
  ["[data-reveal]", reveal],
  ["[data-palette]", () => openDialog(document.getElementById("palette"))],
  ["[data-print]", () => window.print()],
  ["[data-help]", () => openDialog(document.getElementById("keys"))],
];

document.addEventListener("click", (event) => {
  for (const [selector, act] of CLICKS) {
    const found = event.target.closest(selector);
    if (found) {
      event.preventDefault();
      act(found);
      return;
    }
  }
  if (event.target.matches("dialog")) event.target.close();
  if (!event.target.closest("#side")) document.querySelector("#side.open") && toggleDrawer(false);
  document.querySelectorAll("details.menu[open]").forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open"));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  form.querySelectorAll("button[type=submit]").forEach((button) => button.setAttribute("aria-disabled", "true"));
});

// A box that enables a button: "saved" before "done". Without script the box is simply required.
function enables(box) {
  const button = document.getElementById(box.dataset.enables);
  button.disabled = !box.checked;
}

document.addEventListener("change", (event) => event.target.matches("[data-enables]") && enables(event.target));

// ---- shortcuts ----

const typing = (target) => target.matches("input, select, textarea, [contenteditable]");
let went = 0;

function jump(key) {
  const link = document.querySelector(`#side [data-key="${key}"]`);
  if (link) window.location.assign(link.href);
}

// The page's own search field, or the palette's.
function find() {
  const field = document.querySelector("[type=search][data-main]");
  if (field) field.focus();
  else document.querySelector("[data-palette]")?.click();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && document.getElementById("palette")) {
    event.preventDefault();
    document.querySelector("dialog[open]") || openDialog(document.getElementById("palette"));
    return;
  }
  if (event.key === "Escape") {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    });
    if (document.querySelector("#side.open")) toggleDrawer(false);
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (Date.now() - went < 1500) jump(event.key);
  went = event.key === "g" ? Date.now() : 0;
  if (event.key === "/") {
    event.preventDefault();
    find();
  }
  if (event.key === "?" && document.getElementById("keys")) openDialog(document.getElementById("keys"));
});

// ---- htmx: pause while hidden or read, errors in words, offline bar ----

const polls = (element) => element.matches('[hx-trigger^="every"]');
const paused = (element) => document.hidden || element.querySelector("details[open]");
let fresh = new Date();

function offline(isOffline) {
  const bar = document.getElementById("offline");
  const time = fresh.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  bar.querySelector("p").textContent = fillIn(words().offline, { time });
  bar.hidden = !isOffline;
}

function announce(region) {
  const place = document.getElementById("spoken-state");
  const state = region.querySelector("[data-state]")?.dataset.state;
  if (place && state && place.textContent !== state) place.textContent = state;
}

const HTMX = {
  "htmx:configRequest": (event) => { if (polls(event.detail.elt)) event.detail.headers["X-Poll"] = "1"; },
  "htmx:beforeRequest": (event) => { if (polls(event.detail.elt) && paused(event.detail.elt)) event.preventDefault(); },
  "htmx:afterRequest": (event) => {
    if (!event.detail.successful) return;
    fresh = new Date();
    offline(false);
  },
  "htmx:afterSettle": (event) => {
    const dialog = document.querySelector("#confirm > dialog[data-open]:not([open])");
    if (dialog) openDialog(dialog);
    document.querySelectorAll("form[data-profile]:not([data-ready])").forEach(start);
    focusOnce();
    announce(document.querySelector("main") ?? document.body);
  },
  "htmx:sendError": () => offline(true),
  "htmx:responseError": (event) => { if (!polls(event.detail.elt)) toast(fillIn(words().failed, { status: event.detail.xhr.status })); },
};

// What went wrong is read first; a region that is asked about again does not take the focus back.
function focusOnce() {
  const problem = document.querySelector("[data-focus]");
  if (!problem) return;
  delete problem.dataset.focus;
  problem.focus();
}

function start(form) {
  form.dataset.ready = "1";
  composer(form);
}

function begin() {
  document.documentElement.classList.add("js");
  document.querySelectorAll("form[data-profile]").forEach(start);
  document.querySelectorAll("[data-enables]").forEach(enables);
  focusOnce();
  for (const list of document.querySelectorAll("[data-rules]")) {
    const field = document.getElementById(list.dataset.rules);
    field.addEventListener("input", () => tick(list, field.value));
    tick(list, field.value);
  }
  document.querySelectorAll("[data-after]").forEach((button) => wait(button, Number(button.dataset.after)));
  document.querySelector("#palette [name=text]")?.addEventListener("input", (event) => filterPalette(event.target));
  for (const [name, act] of Object.entries(HTMX)) document.addEventListener(name, act);
  window.addEventListener("offline", () => offline(true));
  window.addEventListener("online", () => offline(false));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent);
  });
}

if (document.getElementById("strings")) begin();
